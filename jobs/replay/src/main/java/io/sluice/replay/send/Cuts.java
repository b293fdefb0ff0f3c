package io.sluice.replay.send;

import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.ItemVerdict;
import io.sluice.cluster.RawResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a write is given up at which the target fails by itself. A target that fails at all writes, for however long, will get well:
 * no write of those is to be lost. One that fails at a single write, again and again while it takes the others of its index, will
 * not. So a failure counts only if the index has taken another since the one that counted before. What it settled without writing it
 * is no sign of that: a broken disk still says that a version is too old.
 *
 * <p>The others may go to shards that work, and there may be none, as all wait behind this one. So the target is also
 * {@linkplain Proof asked} from time to time whether it takes something in the shard of the write, and has to have done so when it was
 * asked last. Without others it has to do so for longer, as that is less like the write than they are.
 *
 * <p>Belongs to the task's thread.
 */
final class Cuts {

    private static final int MOST = 10;

    /** A broken disk or a shard that moves is seen to within this time. */
    private static final long LONGEST_MILLIS = Duration.ofMinutes(5).toMillis();

    /** Between two questions; {@link #MOST} times this is how long a write without others is tried. */
    private static final long PROOF_PAUSE_MILLIS = Duration.ofMinutes(3).toMillis();

    /** After this many a write goes by itself, to find the one that does it. */
    private static final int MOST_TOGETHER = 4;

    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    /** A cluster says so without naming an error. */
    private static final int TOO_LARGE = 413;

    /** Of a write that the target failed at. */
    static final class Failing {
        private final long sinceMillis;
        private int failures;
        private int together;
        /** How often in a row the target took something in its shard. */
        private int proofs;

        private long askedMillis;
        /** How often its index had taken others at the failure that counted last. */
        private long others;
        /** How often the target had taken anything at the failure in company that counted last. */
        private long works;
        /** Whether the target has to be asked before it is sent again. */
        private boolean isDoubtful;

        private Failing(long nowMillis, long others, long works) {
            this.sinceMillis = nowMillis;
            this.askedMillis = nowMillis;
            this.others = others;
            this.works = works;
        }
    }

    /** How often each index was seen to take writes, of those in which some fail. */
    private final Map<String, Long> taken = new HashMap<>();

    private int failing;
    private long works;

    /** The target answered a bulk item by item. */
    void answered(List<Pending> steps, BulkAnswer items) {
        Set<String> indices = new HashSet<>();
        boolean isAny = false;
        for (int i = 0; i < items.size() && !(isAny && taken.isEmpty()); i++) {
            if (items.verdict(i) == ItemVerdict.APPLIED) {
                isAny = true;
                indices.add(BulkSender.writeOf(steps.get(i)).index());
            }
        }
        works += isAny ? 1 : 0;
        indices.forEach(index -> taken.computeIfPresent(index, (name, times) -> times + 1));
    }

    private Failing of(Pending step, long nowMillis) {
        if (step.failing == null) {
            String index = BulkSender.writeOf(step).index();
            step.failing = new Failing(nowMillis, taken.computeIfAbsent(index, fresh -> 0L), works);
            failing++;
        }
        return step.failing;
    }

    /** The target failed at a write by itself. Returns whether it has done so often enough, and for long enough. */
    boolean another(Pending step, long nowMillis) {
        Failing those = of(step, nowMillis);
        long others = taken.getOrDefault(BulkSender.writeOf(step).index(), 0L);
        if (those.failures == 0 || others > those.others) {
            those.failures++;
            those.others = others;
        }
        boolean isAmongOthers = those.failures >= MOST && nowMillis - those.sinceMillis >= LONGEST_MILLIS;
        return those.proofs >= (isAmongOthers ? 1 : MOST);
    }

    /** The target failed at a request of several writes, any of which can be why, or at all requests. */
    void together(List<Pending> steps, long nowMillis) {
        for (int i = 0; i < steps.size(); i++) {
            Failing those = of(steps.get(i), nowMillis);
            if (works > those.works) {
                those.works = works;
                steps.get(i).alone |= ++those.together >= MOST_TOGETHER;
            } else {
                those.isDoubtful = i == 0;
            }
        }
    }

    /** Those of some for which the target is to be asked before they are sent again. */
    List<Pending> doubtful(List<Pending> steps, long nowMillis) {
        return steps.stream()
                .filter(step -> step.failing != null
                        && (step.failing.isDoubtful || nowMillis - step.failing.askedMillis >= PROOF_PAUSE_MILLIS))
                .toList();
    }

    /**
     * The target was asked for some.
     *
     * @param items what it answered for each; null if it did not
     */
    void asked(List<Pending> steps, @Nullable BulkAnswer items, long nowMillis) {
        for (int i = 0; i < steps.size(); i++) {
            Failing those = of(steps.get(i), nowMillis);
            boolean takes = items != null && items.verdict(i) == ItemVerdict.APPLIED;
            works += takes ? 1 : 0;
            those.isDoubtful = false;
            if (nowMillis - those.askedMillis >= PROOF_PAUSE_MILLIS) {
                those.askedMillis = nowMillis;
                those.proofs = takes ? those.proofs + 1 : 0;
            }
        }
    }

    /** The target said something else of a write, and what was before is not about it alone; or it is settled. */
    void none(Pending step) {
        if (step.failing != null) {
            step.failing = null;
            if (--failing == 0) {
                taken.clear();
            }
        }
    }

    /** Whether a status of an item means that the target failed at it, rather than that it has no room or no shard for it. */
    static boolean isFailure(int status) {
        return status >= INTERNAL_ERROR && status != UNAVAILABLE;
    }

    /** The same of a request with several writes; or whether something that stands before the target refused it in its place. */
    static boolean isFailure(RawResponse answer) {
        boolean isRefused = BulkAnswer.verdictOf(answer) == ItemVerdict.REFUSED;
        boolean isByTheTarget = BulkAnswer.namesError(answer) || answer.status() == TOO_LARGE;
        return isFailure(answer.status()) || (isRefused && !isByTheTarget);
    }
}
