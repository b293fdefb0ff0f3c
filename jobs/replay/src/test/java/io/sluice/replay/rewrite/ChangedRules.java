package io.sluice.replay.rewrite;

import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import java.util.Set;

/** The rules that hold by default, but for one of them. */
public final class ChangedRules {

    private static final RewriteRules USUAL = RewriteRules.DEFAULT;

    private ChangedRules() {}

    /** With other indices, or under other names. */
    public static RewriteRules withNames(IndexNames names) {
        return of(names, USUAL.fence(), Set.of(), USUAL.mostBodyBytes());
    }

    /** With other indices, and names of data streams that are known. */
    static RewriteRules withStreams(IndexNames names) {
        return of(names, USUAL.fence(), Set.copyOf(names.streams().byIndex().values()), USUAL.mostBodyBytes());
    }

    /** With another kind of fence for all indices. */
    public static RewriteRules withFence(FenceKind fence) {
        return of(USUAL.names(), fence, Set.of(), USUAL.mostBodyBytes());
    }

    /** With names that are aliases, and give no routing. */
    public static RewriteRules withAliases(Set<String> unrouted) {
        return of(USUAL.names(), USUAL.fence(), unrouted, USUAL.mostBodyBytes());
    }

    static RewriteRules withMostBodyBytes(int bytes) {
        return of(USUAL.names(), USUAL.fence(), Set.of(), bytes);
    }

    private static RewriteRules of(IndexNames names, FenceKind fence, Set<String> unrouted, int mostBodyBytes) {
        return new RewriteRules(
                names,
                USUAL.fences(),
                fence,
                USUAL.routes(),
                USUAL.types(),
                USUAL.drop(),
                unrouted,
                unrouted,
                USUAL.effects(),
                null,
                true,
                false,
                mostBodyBytes);
    }
}
