/**
 * Asks the live source for what the capture does not tell, and makes fenced writes of its answers.
 *
 * <p><b>Promise:</b> what is written is what the source has, in its own bytes, at a moment after the question was put; and its
 * fence is never above that of an operation that comes later.
 *
 * <p>Start reading at {@link io.sluice.replay.ask.SourceReading}. No Flink; nothing blocks.
 */
@NullMarked
package io.sluice.replay.ask;

import org.jspecify.annotations.NullMarked;
