package io.sluice.capture.journal;

/** Which part of the journal's bound an append may use. */
public enum Room {
    /** All but the reserve. */
    ORDINARY,
    /** The reserve too: for what cannot be refused any more, such as the answer to a write that was passed on. */
    RESERVE,
    /** The same, and also when the journal is sealed: for the last words. */
    LAST
}
