package io.sluice.capture.route;

/** What a replay reads in the answer to a request, besides its status line. */
public enum Answer {
    /** Nothing. */
    NONE,
    /** Of one document: concrete index, id, versions and result. */
    DOCUMENT,
    /** Of each item of a bulk: what {@link #DOCUMENT} says, and the item's status and error. */
    BULK,
    /** As {@link #BULK}, but the answer is a row of JSON documents and not one. */
    BULK_STREAM,
    /** Of a write by query: the counts, the failures, and the task that does it. */
    BY_QUERY,
    /** Whether an index was rolled over, from which to which. */
    ROLLOVER,
    /** Whether it was acknowledged, and for which index. */
    INDEX
}
