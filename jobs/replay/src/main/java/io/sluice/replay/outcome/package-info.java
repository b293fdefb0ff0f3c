/**
 * The outcome files of a replay: compressed lines, committed with checkpoints, and what must not stand in them.
 *
 * <p>{@link io.sluice.replay.outcome.GzipBlock} belongs to one thread, {@link io.sluice.replay.outcome.Redaction} may be used by any.
 */
@NullMarked
package io.sluice.replay.outcome;

import org.jspecify.annotations.NullMarked;
