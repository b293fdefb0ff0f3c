package io.sluice.benchmarks;

/**
 * What a benchmark reads: one index in a snapshot on disk.
 *
 * @param source what wrote it
 * @param documents how many small documents of about 1 KB the index has, all shards together
 * @param shards how many primary shards
 * @param largeDocumentBytes the size of one more document among them, in bytes; 0 for none
 */
record DataSet(DataSource source, long documents, int shards, long largeDocumentBytes) {

    static final String INDEX = "bench";
    static final String SNAPSHOT = "bench";

    /** An array of strings: no server reads a single string of this size. */
    private static final long LARGEST_DOCUMENT = 1L << 30;

    DataSet {
        if (documents < 1 || shards < 1 || largeDocumentBytes < 0 || largeDocumentBytes > LARGEST_DOCUMENT) {
            throw new IllegalArgumentException(
                    "%d documents on %d shards and one of %d bytes".formatted(documents, shards, largeDocumentBytes));
        }
        if (source.server().isEmpty() && (shards > 1 || largeDocumentBytes > 0)) {
            throw new IllegalArgumentException(
                    "%s writes one shard of small documents; take a server for others".formatted(source));
        }
    }

    /** The folder it is kept in: another data set has another. */
    String folderName() {
        String by = source.equals(DataSource.DEFAULT) ? "" : "%s-%s-".formatted(source.name(), source.codec());
        String name = "%s%d-documents-%d-shards".formatted(by, documents, shards);
        return largeDocumentBytes == 0 ? name : name + "-one-of-" + largeDocumentBytes;
    }

    /** The large one included. */
    long allDocuments() {
        return largeDocumentBytes == 0 ? documents : documents + 1;
    }

    @Override
    public String toString() {
        String small = "%,d documents on %d %s".formatted(documents, shards, shards == 1 ? "shard" : "shards");
        String all = largeDocumentBytes == 0 ? small : small + " and one of %,d bytes".formatted(largeDocumentBytes);
        return all + " by " + source;
    }
}
