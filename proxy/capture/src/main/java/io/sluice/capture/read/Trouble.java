package io.sluice.capture.read;

/** What is not as it should be; the reader goes on. */
public enum Trouble {
    /** Fragments are missing that should be in front of this one. */
    GAP,
    /** The reader began in the middle of this exchange. */
    STARTED_IN_THE_MIDDLE,
    /** A fragment that is none of the repeats stands behind a later one of the same proxy. */
    OUT_OF_ORDER,
    /** A fragment is older than the partition's time, which promised that it was there. */
    LATE,
    /** A fragment comes from a run that had ended. */
    AFTER_THE_END,
    /** A fragment goes on with a part that was at its end. */
    AFTER_THE_LAST
}
