package io.sluice.replay.send;

import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.source.Gaps;
import io.sluice.source.IndexSweep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits for one index to be swept. Belongs to the task's thread. */
final class SweepBacklog {

    private final RewriteRules rules;
    final String index;
    final List<SweepNames.Party> waiting = new ArrayList<>();
    /** Whom the sweep that is under way is for. */
    List<SweepNames.Party> served = List.of();

    @Nullable
    IndexSweep sweep;

    @Nullable
    Ruled worst;

    /** How many came of it so far. */
    long writes;

    /** Whether the target's index was deleted since it began: what it has written is gone. */
    boolean isStale;

    boolean rests;
    int failures;
    String trouble = "";

    SweepBacklog(String index, RewriteRules rules) {
        this.index = index;
        this.rules = rules;
    }

    /** Nothing of the sweep that was under way counts any more. */
    void reset() {
        sweep = null;
        worst = null;
        writes = 0;
    }

    /** Whether it is gone over because somebody has said so, and not because of a request alone. */
    boolean isOrdered() {
        return served.stream().anyMatch(party -> party.gaps != null);
    }

    boolean writes() {
        return served.stream().anyMatch(party -> party.sweep.writes());
    }

    boolean deletes() {
        return served.stream().anyMatch(party -> party.sweep.deletes());
    }

    String target() {
        return rules.names().targetName(index);
    }

    /** All that has to be read, if somebody has said so for all whom it is for. */
    @Nullable
    Gaps gaps() {
        return served.size() == 1 ? served.get(0).gaps : null;
    }

    @Nullable
    String scope() {
        return rules.routesOf(index).isSplit() ? null : target();
    }

    /** Whether a backfill of it is not complete. */
    boolean isOpen(OpenBackfills backfills) {
        return rules.routesOf(index).isSplit()
                ? backfills.has(target())
                        || rules.routesOf(index).targets().values().stream().anyMatch(backfills::has)
                : backfills.has(target());
    }
}
