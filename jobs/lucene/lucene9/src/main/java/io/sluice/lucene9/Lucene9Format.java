package io.sluice.lucene9;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardFormat;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;

/**
 * Lucene 9 with its backward codecs, and what Lucene 10 changed: what Elasticsearch 7 to 9 and OpenSearch 1 to 3
 * write.
 */
public final class Lucene9Format implements ShardFormat {

    static final String DESCRIPTION = "Lucene 7 to 10";

    private static final int OLDEST_MAJOR = 7;
    private static final int NEWEST_MAJOR = 10;

    @Override
    public String describe() {
        return DESCRIPTION;
    }

    @Override
    public boolean reads(int oldestMajor, int newestMajor) {
        return oldestMajor >= OLDEST_MAJOR && newestMajor <= NEWEST_MAJOR;
    }

    @Override
    public ShardReader open(ShardFiles shard, BlobStore store) throws IOException {
        return Lucene9Shard.open(shard, store);
    }
}
