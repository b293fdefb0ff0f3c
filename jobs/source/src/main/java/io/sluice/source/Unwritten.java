package io.sluice.source;

import org.jspecify.annotations.Nullable;

/**
 * Why a document is not written.
 *
 * @param needed whether it ought to be, as what became of it cannot be told; else nothing has to be written
 * @param rule with underscores, as reports name it
 */
public record Unwritten(boolean needed, String rule) {

    static Unwritten unknown(String rule) {
        return new Unwritten(true, rule);
    }

    static Unwritten notNeeded(String rule) {
        return new Unwritten(false, rule);
    }

    /** The worse of two; the first where they are alike. */
    static Unwritten worse(@Nullable Unwritten one, Unwritten other) {
        return one == null || (other.needed && !one.needed) ? other : one;
    }
}
