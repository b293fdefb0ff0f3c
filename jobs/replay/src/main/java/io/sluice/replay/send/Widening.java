package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.BulkAnswer;
import io.sluice.replay.wire.ExchangeRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Writes that the target refuses because its mapping lacks a field, and is strict. A field that came up at the source after the index
 * was made here is taken from there: the source accepted it.
 *
 * <p>Belongs to the task's thread.
 */
final class Widening {

    /**
     * After this many times, half a minute, the source's own mapping does not help. What was written to an index that the source has
     * made anew since is not in its mapping; it is given up as soon as the deletion is captured that made room.
     */
    private static final int MOST = 12;

    private static final String STRICT = "strict_dynamic_mapping_exception";
    private static final String STRICT_WORDS = "mapping set to strict";

    private final TargetIndices indices;
    private final TaskThread thread;
    /** Those that the source's mapping did not help, by index. By identity: many writes may come of one step. */
    private final Map<String, Set<Pending>> unmapped = new HashMap<>();

    Widening(TargetIndices indices, TaskThread thread) {
        this.indices = indices;
        this.thread = thread;
    }

    /** Keeps a refused write until its index has the fields that the source's has; false if that is not why it was refused, or does not help. */
    boolean keeps(Pending step, BulkAnswer items, int i) {
        boolean isStrict =
                items.errorType(i).equals(STRICT) || items.errorReason(i).contains(STRICT_WORDS);
        if (!isStrict || ++step.widened > MOST) {
            return false;
        }
        if (step.widened == 1) {
            indices.widen(step);
            return true;
        }
        String index = BulkSender.indexOf(step);
        unmapped.computeIfAbsent(index, fresh -> Collections.newSetFromMap(new IdentityHashMap<>()))
                .add(step);
        thread.later(BackOff.millis(step.widened), () -> {
            Set<Pending> steps = unmapped.get(index);
            if (steps != null && steps.remove(step)) {
                if (steps.isEmpty()) {
                    unmapped.remove(index);
                }
                indices.widen(step);
            }
        });
        return true;
    }

    /** Takes out those that come before the last deletion of their index. */
    List<Pending> take(Holding.Deletions deletions, Predicate<Pending> which) {
        List<Pending> taken = new ArrayList<>();
        unmapped.forEach((index, steps) -> {
            ExchangeRef last = deletions.last(index);
            if (last != null) {
                steps.removeIf(step -> step.exchange().compareTo(last) < 0 && which.test(step) && taken.add(step));
            }
        });
        unmapped.values().removeIf(Set::isEmpty);
        return taken;
    }
}
