package io.sluice.capture.route;

/**
 * Whether a source knows types of documents. It decides what some paths mean: {@code POST /logs/_doc/_search} searches
 * where {@code _doc} can be a type, and writes a document whose id is {@code _search} where it cannot.
 *
 * <p>Found by trying on Elasticsearch 6.8.23 and 7.10.2 and OpenSearch 2.19.6.
 */
public enum Types {
    /** Elasticsearch 8 and later, OpenSearch 2 and later. Also right for a source of which nothing is known yet. */
    NONE,
    /** Elasticsearch 6 and 7, OpenSearch 1. */
    ONE,
    /** Elasticsearch 5 and before: these percolate, and find shards, within a type. */
    MANY
}
