package io.sluice.backfill;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The documents of an index as they lie on its shards in a snapshot: what tells them apart, without their sources. */
interface IndexDocuments {

    /** What to do with a document. Arrays are valid during the call only; a routing's length of −1 says there is none. */
    @FunctionalInterface
    interface Visit {
        void of(@Nullable String type, byte[] id, int idLength, byte[] routing, int routingLength);
    }

    /** How many shards there are. */
    int shards();

    /** At least as many as the shard has documents. */
    long atMost(int shard) throws IOException;

    /** Shows every document of a shard, in the same order each time. */
    void each(int shard, Visit visit) throws IOException;
}
