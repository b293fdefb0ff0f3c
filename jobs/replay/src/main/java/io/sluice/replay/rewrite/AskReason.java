package io.sluice.replay.rewrite;

/** Why the source has to be asked. */
public enum AskReason {
    /** A partial update, a script or an upsert: the request does not say what the document became. */
    UPDATE,
    /** A pipeline changed the document on its way in, or may have, its routing included. */
    PIPELINE,
    /** No answer was captured, or one that can hide an applied write (5xx, a cut); or what was written was not captured. */
    UNKNOWN_OUTCOME,
    /** The answer was captured without what a replay needs. */
    ANSWER_STRIPPED,
    /**
     * The routing is not known: the request went to an alias that may have one, or was not captured. The document is to be
     * looked for by its id in all shards. Stands also where another reason would, as it says how to ask.
     */
    ROUTING_UNKNOWN,
    /** Its index was deleted while the write was under way: it is in that, or in the next one of the name. */
    INDEX_CHANGED,
    /** A write by query, or a reindex: the answer does not say which documents it wrote. */
    BY_QUERY,
    /** An index was made out of another one, with its documents: shrink, split, clone. */
    COPIED,
    /** Documents came in a form that is not read here. */
    UNREAD_FORM;

    /** As status and outcome files show it. */
    public String rule() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
