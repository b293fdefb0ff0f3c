package io.sluice.backfill;

/** The rules that leave a document out, as status, report and log call them. */
final class LeftOut {

    /** The stored source is neither JSON nor SMILE, CBOR or YAML, or is not whole. */
    static final String UNREADABLE = "source_unreadable";

    /** There is no stored source, or only a part of what the client sent. */
    static final String NOT_STORED = "source_not_stored";

    /** Until Elasticsearch 5 queries were registered as documents of this type, in the index that they were for. */
    static final String PERCOLATOR_TYPE = ".percolator";

    /** Such a query: no search shows it as a document, and later servers keep queries in a field of their own. */
    static final String PERCOLATOR = "percolator_query";

    private LeftOut() {}
}
