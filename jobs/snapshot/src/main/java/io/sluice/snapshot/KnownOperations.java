package io.sluice.snapshot;

/**
 * The operations of a shard that one of its commits is sure to have: all up to its local checkpoint, but for those of a later
 * primary. A primary that takes over may give numbers again that its predecessor gave to operations which nobody else
 * had yet.
 *
 * @param upTo the local checkpoint; −1 for none
 * @param term the primary term in which the commit was made
 */
public record KnownOperations(long upTo, long term) {

    /** Nothing is known. */
    public static final KnownOperations NONE = new KnownOperations(-1, 0);

    /** Whether the operation is one of them; a document without a sequence number never is. */
    public boolean include(long seqNo, long ofTerm) {
        return seqNo >= 0 && seqNo <= upTo && ofTerm <= term;
    }

    /** Whether it includes none. */
    public boolean isEmpty() {
        return upTo < 0 || term <= 0;
    }
}
