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

    private LeftOut() {}

    /** Whether a rule leaves out what the user does not want: no loss. */
    public static boolean isWished(String rule) {
        return rule.equals(SAMPLE) || rule.equals(QUERY);
    }
}
