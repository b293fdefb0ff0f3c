package io.sluice.verify;

/**
 * Where a document lies in a snapshot, below its index.
 *
 * @param document its number in the segment
 */
record SnapshotPlace(int shard, String segment, int document) {

    /** For {@link #parse}. */
    String text() {
        return shard + " " + segment + " " + document;
    }

    static SnapshotPlace parse(String text) {
        String[] parts = text.split(" ", -1);
        return new SnapshotPlace(Integer.parseInt(parts[0]), parts[1], Integer.parseInt(parts[2]));
    }
}
