/**
 * Reads the documents of shards that Lucene 7 to 10 wrote, straight from the store: with Lucene 9's own codecs,
 * and with readers of ours for what Lucene 10 changed, as its classes need Java 21.
 *
 * <pre>
 *   {@link Lucene9Format} → {@link Lucene9Shard} (commit, {@link SegmentInfo90})
 *                             └─ {@link OpenSegment} ({@link SegmentFields}, live docs,
 *                                  │               {@link StoredFieldsFormats} → {@link ZstdChunks},
 *                                  │               {@link SegmentColumns} → {@link NumericColumns})
 *                                  └─ {@link Lucene9Cursor} → {@link DocumentFields}, {@link DocumentIds}
 *   Lucene reads through {@link StoreDirectory} and {@link StoreInput}, those through
 *   {@link io.sluice.snapshot.ByteWindow}
 * </pre>
 *
 * <p><b>Promise:</b> postings, points, norms and vectors are never opened, so a format of theirs that is not
 * here stops nothing; damage is told with the blob, the place and both checksums, never as a bare exception of
 * Lucene's.
 *
 * <p><b>Threads:</b> a shard and its cursors belong to one thread. Ranges are fetched ahead on the threads of
 * {@code io.sluice.snapshot}.
 *
 * <p>Start reading at {@link Lucene9Shard}.
 */
@NullMarked
package io.sluice.lucene9;

import org.jspecify.annotations.NullMarked;
