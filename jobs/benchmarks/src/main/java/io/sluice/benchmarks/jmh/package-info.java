/**
 * Micro benchmarks of what every document passes through, for JMH, which wants them public. {@code bench jmh} runs them and
 * shows the figures; start reading at {@link io.sluice.benchmarks.jmh.MicroBenchmarks}. JMH runs each in a process of its
 * own, on one thread.
 */
@NullMarked
package io.sluice.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
