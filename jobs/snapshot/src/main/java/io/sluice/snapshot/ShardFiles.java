package io.sluice.snapshot;

import java.util.Map;

/**
 * The files of one shard of a snapshot, as its file list names them.
 *
 * @param index the index's name
 * @param shard the shard's number
 * @param files by Lucene name
 */
public record ShardFiles(String index, int shard, Map<String, ShardFile> files) {

    public ShardFiles {
        files = Map.copyOf(files);
    }

    /** What a message calls it: {@code books[3]}. */
    public String describe() {
        return index + "[" + shard + "]";
    }

    /** All bytes of the shard. */
    public long bytes() {
        return files.values().stream().mapToLong(ShardFile::length).sum();
    }
}
