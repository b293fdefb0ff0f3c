/**
 * Reads the documents of shards that Elasticsearch 1 to 5 made: segments of Lucene 4 to 6, and of Lucene 7 where
 * Elasticsearch 6 has gone on with such a shard. Straight from the store, and without Lucene: of its many formats
 * documents need few, and those are here.
 *
 * <pre>
 *   {@link Lucene4Format} → {@link Lucene4Shard} (commit)
 *                             └─ {@link SegmentInfo} (.si), {@link CompoundTable} (.cfe)
 *                             └─ {@link OpenSegment} ({@link FieldTable} .fnm, {@link LiveDocs} .del .liv,
 *                                  │                  {@link StoredFields} .fdx .fdt, {@link Columns} .dvm .dvd)
 *                                  └─ {@link Lucene4Cursor} → {@link ChunkReader} → {@link StoredDocument}
 *   everything in memory is read through {@link Input}, the rest through {@link io.sluice.snapshot.ByteWindow}
 * </pre>
 *
 * <p><b>Promise:</b> a length is compared with the bytes that are there before anything is allocated for it; damage is
 * told with the blob, the place, what was expected and what was found.
 *
 * <p><b>Threads:</b> a shard and its cursors belong to one thread. Ranges are fetched ahead on the threads of
 * {@code io.sluice.snapshot}.
 *
 * <p>Start reading at {@link Lucene4Shard}.
 */
@NullMarked
package io.sluice.lucene4;

import org.jspecify.annotations.NullMarked;
