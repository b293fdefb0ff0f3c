package io.sluice.lucene4;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardFormat;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;

/** Lucene 4 to 6, and 7 in the same shard: what Elasticsearch 1, 2 and 5 write, and 6 into an index that 5 made. */
public final class Lucene4Format implements ShardFormat {

    static final String DESCRIPTION = "Lucene 4 to 6";

    private static final int OLDEST_MAJOR = 4;
    /** Of shards whose oldest part is this, or older. */
    private static final int NEWEST_OLDEST_MAJOR = 6;

    private static final int NEWEST_MAJOR = 7;

    @Override
    public String describe() {
        return DESCRIPTION;
    }

    @Override
    public boolean reads(int oldestMajor, int newestMajor) {
        return oldestMajor >= OLDEST_MAJOR && oldestMajor <= NEWEST_OLDEST_MAJOR && newestMajor <= NEWEST_MAJOR;
    }

    @Override
    public ShardReader open(ShardFiles shard, BlobStore store) throws IOException {
        return Lucene4Shard.open(shard, store);
    }
}
