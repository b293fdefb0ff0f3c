/**
 * The clock: capture time as it may go out. It is a source without records, so its place is in checkpoints, and its time is
 * joined with that of the capture by Flink itself.
 *
 * <p>Start reading at {@link io.sluice.replay.clock.Pace}.
 */
@NullMarked
package io.sluice.replay.clock;

import org.jspecify.annotations.NullMarked;
