package io.sluice.lucene9;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardFormat;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;

/** Lucene 9 with its backward codecs: what Elasticsearch 7 and 8 and OpenSearch 1 and 2 write. */
public final class Lucene9Format implements ShardFormat {

    static final String DESCRIPTION = "Lucene 7 to 9";

    private static final int OLDEST_MAJOR = 7;
    private static final int NEWEST_MAJOR = 9;

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
