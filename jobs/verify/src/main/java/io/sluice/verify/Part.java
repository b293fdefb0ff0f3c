package io.sluice.verify;

import io.sluice.source.IndexPoint;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * @param portion which of its documents
     */
    record Shard(String index, int number, int pageSize, Portion portion) implements Serializable {
        private static final long serialVersionUID = 1L;

        /** All of it. */
        Shard(String index, int number, int pageSize) {
            this(index, number, pageSize, Portion.ALL);
        }

        String describe() {
            return index + "/" + number + portion.describe();
        }

        /**
         * First what did not change: each of the two is read as it is when it is begun, and a document that is written in between leaves
         * the one for the other. So it is met twice; the other way round it would be met in neither, and nobody would miss it.
         */
        private List<Shard> since(long point) {
            return List.of(
                    new Shard(index, number, IDS_AT_A_TIME, new Portion(Portion.Kind.UNCHANGED, point)),
                    new Shard(index, number, pageSize, new Portion(Portion.Kind.CHANGED, point)));
        }
    }

    /** Without sources, some 100 bytes each. */
    private static final int IDS_AT_A_TIME = 5_000;

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

    /** The same, with the sources of what changed alone; null where for an index of it no point is known from which it went on. */
    @Nullable
    Part since(Points verified, Points now) {
        List<Shard> here = since(Side.SOURCE, verified, now);
        List<Shard> there = since(Side.TARGET, verified, now);
        return here == null || there == null ? null : new Part(number, here, there, sourceDocuments, targetDocuments);
    }

    private @Nullable List<Shard> since(Side side, Points verified, Points now) {
        List<Shard> all = new ArrayList<>();
        for (Shard shard : of(side)) {
            IndexPoint known = verified.known(side, shard.index(), now);
            IndexPoint.Shard point = known == null ? null : known.shards().get(shard.number());
            if (point == null) {
                return null;
            }
            all.addAll(shard.since(point.checkpoint()));
        }
        return all;
    }
}
