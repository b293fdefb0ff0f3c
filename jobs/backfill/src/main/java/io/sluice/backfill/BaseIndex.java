package io.sluice.backfill;

import java.io.Serializable;
import java.util.List;

/**
 * An index as the older snapshot has it.
 *
 * @param folder of the index in the repository
 * @param primaryTerms by shard; empty where they are not known
 * @param mixesShards whether documents of several shards of the source can lie on one of the target
 */
public record BaseIndex(String folder, List<Long> primaryTerms, boolean mixesShards) implements Serializable {

    public BaseIndex {
        primaryTerms = List.copyOf(primaryTerms);
    }

    /** Of a shard, or 0. */
    long primaryTerm(int shard) {
        return shard < primaryTerms.size() ? primaryTerms.get(shard) : 0;
    }
}
