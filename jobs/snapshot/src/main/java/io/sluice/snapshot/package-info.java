/**
 * Reads snapshot repositories: from the listing in the root down to the single document.
 *
 * <pre>
 *   {@link RepositoryLocation} → {@link BlobStore} → {@link Repository} → {@link Snapshot} → {@link ShardFiles}
 *                                                                                             │
 *                                             {@link ShardFormat} (one per Lucene line) ──────┤
 *                                                                                             ▼
 *                                                            {@link ShardReader} → {@link DocumentCursor}
 * </pre>
 *
 * <p><b>Promise:</b> only the byte ranges that are needed are asked of the store, nothing is copied to
 * disk, and whatever cannot be read is refused by name.
 *
 * <p><b>Threads:</b> a {@link BlobStore} and everything immutable may be shared; a {@link ShardReader}
 * and its cursors belong to one thread.
 *
 * <p>Start reading at {@link Repository}.
 */
@NullMarked
package io.sluice.snapshot;

import org.jspecify.annotations.NullMarked;
