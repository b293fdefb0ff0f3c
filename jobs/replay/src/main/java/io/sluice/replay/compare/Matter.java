package io.sluice.replay.compare;

/** What of two answers is held against each other. */
public enum Matter {
    /** All that {@link Comparison} knows of. */
    ALL,
    /**
     * All but which hits there are: where each cluster puts them into an order of its own, as it lays documents into shards and
     * segments, two pages have hits in common by chance alone. Totals, how many hits a page has, and aggregations count.
     */
    NUMBER_OF_HITS,
    /** The class of the status: what the body holds is the cluster's own. */
    STATUS
}
