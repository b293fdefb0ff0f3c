package io.sluice.replay.send;

import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.ItemVerdict;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * When a write is given up at which the target fails by itself. A target that fails at all writes, for however long, will get well:
 * no write of those is to be lost. One that fails at a single write, again and again while it answers the others of its index, will
 * not.
 */
final class Cuts {

    private static final int MOST = 10;

    /** A broken disk or a shard that moves is seen to within this time. */
    private static final long LONGEST_MILLIS = Duration.ofMinutes(5).toMillis();

    /** After this many a write goes by itself, to find the one that does it. */
    private static final int MOST_TOGETHER = 4;

    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private Cuts() {}

    /** The target failed at a write once more. Returns whether it has done so often enough, and for long enough. */
    static boolean another(Pending step, long nowMillis) {
        if (step.cuts++ == 0) {
            step.cutMillis = nowMillis;
        }
        return step.cuts >= MOST && nowMillis - step.cutMillis >= LONGEST_MILLIS;
    }

    /** The target said something else of a write: what was before is not about it alone. */
    static void none(Pending step) {
        step.cuts = 0;
    }

    /** Whether a write is to go by itself from now on. */
    static boolean isToBeFound(Pending step) {
        return step.cuts >= MOST_TOGETHER;
    }

    /** Whether a status of an item means that the target failed at it, rather than that it has no room or no shard for it. */
    static boolean isFailure(int status) {
        return status >= INTERNAL_ERROR && status != UNAVAILABLE;
    }

    /**
     * Indices in which the target's failures of a bulk are those of single writes: it has settled others there, or there was but this
     * one. None where it failed at none.
     */
    static Set<String> indicesThatWork(List<Pending> steps, BulkAnswer items) {
        boolean fails = false;
        for (int i = 0; i < items.size() && !fails; i++) {
            fails = isFailure(items.status(i));
        }
        Set<String> indices = new HashSet<>();
        for (int i = 0; fails && i < items.size(); i++) {
            ItemVerdict verdict = items.verdict(i);
            boolean isSettled = verdict == ItemVerdict.APPLIED
                    || verdict == ItemVerdict.SUPERSEDED
                    || verdict == ItemVerdict.REFUSED;
            if (isSettled || items.size() == 1) {
                indices.add(BulkSender.writeOf(steps.get(i)).index());
            }
        }
        return indices;
    }
}
