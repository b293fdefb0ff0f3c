package io.sluice.replay.rewrite;

/** Why the source has to be asked. */
public enum AskReason {
    /** A partial update, a script or an upsert: the request does not say what the document became. */
    UPDATE,
    /** A pipeline changed the document on its way in, or may have. */
    PIPELINE,
    /** No answer was captured, or one that can hide an applied write (5xx, a cut). */
    UNKNOWN_OUTCOME,
    /** The answer was captured without what a replay needs. */
    ANSWER_STRIPPED,
    /** The request went to an alias whose routing is not known. */
    ROUTING_UNKNOWN,
    /** Its index was made or deleted while the write was under way. */
    INDEX_CHANGED
}
