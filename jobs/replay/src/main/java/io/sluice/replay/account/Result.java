package io.sluice.replay.account;

import java.util.Locale;

/** What an exchange ended with: its worst item's verdict; or for a read that was answered by both, what the comparison says. */
public enum Result {
    APPLIED,
    SUPERSEDED,
    IN_SNAPSHOT,
    REFUSED_AT_SOURCE,
    SKIPPED,
    UNKNOWN,
    FAILED,
    /** Both clusters gave the same answer. */
    EQUAL,
    /** They did not. */
    DIFFERENT,
    /** They did not, which says nothing: writes of before the read may not have been visible at the target. */
    SAW_UNFINISHED_WRITES,
    /** The target did not answer, or failed by itself. */
    TARGET_FAILED;

    static Result of(Verdict verdict) {
        return valueOf(verdict.name());
    }

    /** Whether it is what two answers were held against each other for. */
    public boolean isComparison() {
        return switch (this) {
            case EQUAL, DIFFERENT, SAW_UNFINISHED_WRITES, TARGET_FAILED -> true;
            default -> false;
        };
    }

    /** As status and outcome files have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
