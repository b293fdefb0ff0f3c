/**
 * Reads a capture: what came from where, in which order, and up to which time it is all there.
 *
 * <p><b>Promise:</b> repeats are dropped, and everything that is not as the contract of {@code capture.proto} says, or is
 * missing, is named: nothing is guessed. Memory is bounded by what is open.
 *
 * <p><b>Threads:</b> each object belongs to one.
 *
 * <p>Start reading at {@link io.sluice.capture.read.PartitionReader}.
 */
@NullMarked
package io.sluice.capture.read;

import org.jspecify.annotations.NullMarked;
