package io.sluice.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;

/**
 * Which documents of a shard are read.
 *
 * @param point the sequence number up to which the shard was verified
 */
record Portion(Kind kind, long point) implements Serializable {

    private static final long serialVersionUID = 1L;

    static final Portion ALL = new Portion(Kind.ALL, 0);

    enum Kind {
        ALL,
        /** Those that were written behind the point, with their sources. */
        CHANGED,
        /** Those that were not, without. */
        UNCHANGED
    }

    boolean isUnchanged() {
        return kind == Kind.UNCHANGED;
    }

    /** Empty for all. */
    String describe() {
        return kind == Kind.ALL ? "" : (isUnchanged() ? "<=" : ">") + point;
    }

    /**
     * Narrows a search. What did not change is all the rest, and not what has a number up to the point: documents that Elasticsearch 5 wrote
     * have none, and no range has them, while whatever was written since has one.
     */
    void restrict(ObjectNode search) {
        if (kind == Kind.ALL) {
            return;
        }
        ObjectNode query = search.putObject("query");
        ObjectNode changed = isUnchanged() ? query.putObject("bool").putObject("must_not") : query;
        changed.putObject("range").putObject("_seq_no").put("gt", point);
        if (isUnchanged()) {
            search.put("_source", false);
        }
    }
}
