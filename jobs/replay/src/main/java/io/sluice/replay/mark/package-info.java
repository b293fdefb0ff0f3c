/**
 * Where in the capture a snapshot was taken, and what it holds.
 *
 * <p><b>Promise:</b> a write is said to be in the snapshot only when that is certain: its answer lies in front of its proxy's mark,
 * which lay in Kafka before the snapshot was asked for, and its shard is among those that the snapshot holds whole. Whatever is not
 * certain is replayed.
 *
 * <p><b>Threads:</b> values only. No I/O.
 *
 * <p>Start reading at {@link io.sluice.replay.mark.SnapshotRecord}.
 */
@NullMarked
package io.sluice.replay.mark;

import org.jspecify.annotations.NullMarked;
