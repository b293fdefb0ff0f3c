package io.sluice.replay.account;

/** Which exchanges get a line in the outcome files. */
public enum Outcomes {
    /** Every one. */
    ALL,
    /** Those that somebody may want to look at, see {@link Unsettled#isNotable}. */
    NOTABLE,
    /** None. */
    NONE
}
