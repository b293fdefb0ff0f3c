package io.sluice.snapshot;

import java.io.IOException;

/**
 * Reads the shards of one Lucene line. Found with {@link java.util.ServiceLoader}; {@link ShardFormats}
 * asks each in turn by the version found in the shard, never by the cluster's version.
 */
public interface ShardFormat {

    /** What a message calls it, with the versions it reads: {@code Lucene 7 to 10}. */
    String describe();

    /** Whether it reads a commit whose oldest and newest segments were written by these Lucene majors. */
    boolean reads(int oldestMajor, int newestMajor);

    /**
     * Opens a shard. Reads its commit and segment infos; documents only when a cursor asks.
     *
     * @throws UnknownCodecException when a segment needs a codec that is not there
     * @throws CorruptBlobException when the commit is damaged
     */
    ShardReader open(ShardFiles shard, BlobStore store) throws IOException;
}
