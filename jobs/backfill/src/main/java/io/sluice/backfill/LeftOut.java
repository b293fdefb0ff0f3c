package io.sluice.backfill;

/** The rules that leave a document out, as status, report and log call them. */
public final class LeftOut {

    /** The stored source is neither JSON nor SMILE, CBOR or YAML, or is not whole. */
    static final String UNREADABLE = "source_unreadable";

    /** There is no stored source, or only a part of what the client sent. */
    public static final String NOT_STORED = "source_not_stored";

    /** Until Elasticsearch 5 queries were registered as documents of this type, in the index that they were for. */
    static final String PERCOLATOR_TYPE = ".percolator";

    /** Such a query: no search shows it as a document, and later servers keep queries in a field of their own. */
    static final String PERCOLATOR = "percolator_query";

    /** Of a mapping type that the index does not have, where each type has a target index of its own. */
    static final String UNKNOWN_TYPE = "type_unknown";

    /** Not part of the sample that the user asked for. */
    static final String SAMPLE = "sample";

    /** Not what the user's query asked for. */
    static final String QUERY = "query";

    /** On the target already: the older snapshot has it as it is, and a merge moved it. */
    static final String UNCHANGED = "unchanged";

    /**
     * Deleted, forgotten and created again between two snapshots, so that its version is lower than that of the document on the
     * target, which stays. Only where versions are the fence.
     */
    static final String VERSION_WENT_BACK = "version_went_back";

    /**
     * Gone, and not deleted on the target: it had a routing, and a document of the same id with another one may have come to another
     * shard of the source that lies on the same of the target. Only where documents lie otherwise there than in the source.
     */
    static final String ROUTING_UNCLEAR = "routing_unclear";

    private LeftOut() {}

    /** Whether a rule leaves out what the user does not want, or has: no loss. */
    public static boolean isWished(String rule) {
        return rule.equals(SAMPLE) || rule.equals(QUERY) || rule.equals(UNCHANGED);
    }
}
