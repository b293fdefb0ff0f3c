package io.sluice.snapshot;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A shard's commit, {@code segments_N}: which segments it has and what was deleted from them.
 *
 * @param file the Lucene file
 * @param format the number of the file's format; 7 is that of Lucene 7.0
 * @param writtenBy the newest Lucene that wrote to the shard
 * @param oldest the oldest Lucene that wrote one of the segments, or the index when it is one of Elasticsearch 5;
 *     {@code writtenBy} when there are no segments
 * @param segments in commit order
 * @param userData what the server wrote beside them
 */
public record Commit(
        String file,
        int format,
        LuceneVersion writtenBy,
        LuceneVersion oldest,
        List<CommittedSegment> segments,
        Map<String, String> userData) {

    private static final int MAX_BYTES = 64 << 20;
    private static final String PREFIX = "segments_";

    public Commit {
        segments = List.copyOf(segments);
        userData = Map.copyOf(userData);
    }

    /**
     * Reads the newest commit in the shard's list.
     *
     * @throws CorruptBlobException when there is none, or its bytes are damaged
     */
    public static Commit of(ShardFiles shard, BlobStore store) throws IOException {
        ShardFile file = newest(shard);
        ShardFileBytes bytes = new ShardFileBytes(file, store);
        return CommitReader.read(file.name(), bytes.describe(0), bytes.readAll(MAX_BYTES));
    }

    /**
     * A number that the server wrote beside the segments.
     *
     * @return empty when there is none of that name
     */
    public OptionalLong number(String name) throws CorruptBlobException {
        String text = userData.get(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new CorruptBlobException(file, 0, "a number as " + name, "\"" + text + "\"", e);
        }
    }

    /** The same shard with the commit's bytes in the list, so that whoever reads it next asks no store. */
    static ShardFiles withCommitInMemory(ShardFiles shard, BlobStore store) throws IOException {
        ShardFile file = newest(shard);
        if (file.content() != null) {
            return shard;
        }
        byte[] content = new ShardFileBytes(file, store).readAll(MAX_BYTES);
        Map<String, ShardFile> files = new HashMap<>(shard.files());
        files.put(
                file.name(),
                new ShardFile(file.name(), file.blob(), file.length(), file.partBytes(), file.checksum(), content));
        return new ShardFiles(shard.index(), shard.shard(), files);
    }

    /** A snapshot holds one commit; should there be more, N is a number in base 36. */
    private static ShardFile newest(ShardFiles shard) throws CorruptBlobException {
        ShardFile newest = null;
        long newestGeneration = -1;
        for (ShardFile file : shard.files().values()) {
            long generation = generation(file.name());
            if (generation > newestGeneration) {
                newest = file;
                newestGeneration = generation;
            }
        }
        if (newest == null) {
            throw new CorruptBlobException("The file list of " + shard.describe(), 0, "a segments_N", "none");
        }
        return newest;
    }

    private static long generation(String name) {
        if (!name.startsWith(PREFIX)) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(PREFIX.length()), Character.MAX_RADIX);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
