package io.sluice.testkit;

/**
 * What a {@link BulkSink} has swallowed since its start or its last reset.
 *
 * @param bulks requests to {@code _bulk}
 * @param documents in them: half of their lines
 * @param bytes of their bodies, after decompression
 */
public record SinkCounts(long bulks, long documents, long bytes) {}
