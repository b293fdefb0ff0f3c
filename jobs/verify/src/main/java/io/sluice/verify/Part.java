package io.sluice.verify;

import java.io.Serializable;
import java.util.List;

/**
 * What is read by one reader from its beginning to its end: documents of the source, and where the target has them. A shard of an
 * index and the same shard of its target, where both have as many; else whole indices.
 *
 * @param number its place in the plan
 * @param sourceDocuments about how many documents the source has in it
 * @param targetDocuments about how many the target has
 */
record Part(int number, List<Shard> source, List<Shard> target, long sourceDocuments, long targetDocuments)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * One shard of one side.
     *
     * @param pageSize how many documents are asked for at a time
     */
    record Shard(String index, int number, int pageSize) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    Part {
        source = List.copyOf(source);
        target = List.copyOf(target);
    }

    List<Shard> of(Side side) {
        return side == Side.SOURCE ? source : target;
    }

    long documents(Side side) {
        return side == Side.SOURCE ? sourceDocuments : targetDocuments;
    }
}
