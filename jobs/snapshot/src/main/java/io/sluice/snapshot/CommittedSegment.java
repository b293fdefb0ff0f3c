package io.sluice.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * What a commit says of one segment.
 *
 * @param name {@code _3a}
 * @param id 16 bytes that stand in the header of each of its files; none for a segment of Lucene 4
 * @param codec the name of the codec that wrote it
 * @param deletionGeneration of its live-docs file; −1 when it has none
 * @param deleted how many documents that file marks
 * @param fieldInfosGeneration of its field infos; −1 when they were never updated
 * @param docValuesGeneration of its doc values; −1 when they were never updated
 * @param softDeleted how many documents are soft-deleted and not deleted
 * @param commitId 16 bytes, or null where the format has none
 */
@SuppressWarnings("ArrayRecordComponent") // handed to Lucene, which wants arrays; never compared
public record CommittedSegment(
        String name,
        byte[] id,
        String codec,
        long deletionGeneration,
        int deleted,
        long fieldInfosGeneration,
        long docValuesGeneration,
        int softDeleted,
        byte @Nullable [] commitId) {

    /** Whether the same documents are deleted in both, of one segment in two commits. */
    boolean hasTheDeletionsOf(CommittedSegment other) {
        return deletionGeneration == other.deletionGeneration
                && deleted == other.deleted
                && docValuesGeneration == other.docValuesGeneration
                && softDeleted == other.softDeleted;
    }
}
