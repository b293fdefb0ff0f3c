package io.sluice.snapshot;

/**
 * One segment of a shard.
 *
 * @param name {@code _3a}
 * @param documents how many Lucene documents it has, deleted ones and nested children included
 * @param liveDocuments how many of them are neither deleted nor soft-deleted; nested children included
 * @param storedBytes how many bytes its stored fields take in the store
 */
public record Segment(String name, int documents, int liveDocuments, long storedBytes) {

    public Segment {
        if (documents < 0 || liveDocuments < 0 || liveDocuments > documents || storedBytes < 0) {
            throw new IllegalArgumentException("segment %s: %d documents, %d live, %d bytes"
                    .formatted(name, documents, liveDocuments, storedBytes));
        }
    }
}
