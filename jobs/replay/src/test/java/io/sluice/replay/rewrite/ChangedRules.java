package io.sluice.replay.rewrite;

import io.sluice.transform.IndexNames;

/** The rules that hold by default, but for one of them. */
public final class ChangedRules {

    private static final RewriteRules USUAL = RewriteRules.DEFAULT;

    private ChangedRules() {}

    /** With other indices, or under other names. */
    public static RewriteRules withNames(IndexNames names) {
        return of(names, USUAL.mostBodyBytes());
    }

    static RewriteRules withMostBodyBytes(int bytes) {
        return of(USUAL.names(), bytes);
    }

    private static RewriteRules of(IndexNames names, int mostBodyBytes) {
        return new RewriteRules(
                names,
                USUAL.fences(),
                USUAL.fence(),
                USUAL.routes(),
                USUAL.types(),
                USUAL.drop(),
                USUAL.unrouted(),
                USUAL.aliases(),
                USUAL.pipelined(),
                null,
                true,
                false,
                mostBodyBytes);
    }
}
