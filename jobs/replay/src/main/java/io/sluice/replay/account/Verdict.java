package io.sluice.replay.account;

/** What became of an item. The order is that of badness: an exchange counts by its worst. */
public enum Verdict {
    /** Written to the target. */
    APPLIED,
    /** The target had something newer. */
    SUPERSEDED,
    /** The snapshot holds it. */
    IN_SNAPSHOT,
    /** The source refused it, or it changed nothing there. */
    REFUSED_AT_SOURCE,
    /** Left out by rule. */
    SKIPPED,
    /** What it did cannot be told, and nobody can be asked. */
    UNKNOWN,
    /** The target refused it for good. */
    FAILED
}
