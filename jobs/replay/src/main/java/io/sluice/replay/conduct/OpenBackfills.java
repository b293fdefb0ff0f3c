package io.sluice.replay.conduct;

import io.sluice.replay.rewrite.Scope;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * What the backfill has still to carry.
 *
 * @param everything whether that is not known yet: it may be any index
 * @param indices at the target, when it is known
 * @param failed those of them whose backfill is over without having carried them, each with the reason
 * @param job what the backfill says of itself: {@code running}, {@code stopped}; empty when there was none
 */
public record OpenBackfills(boolean everything, Set<String> indices, Map<String, String> failed, String job)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /** Any index. */
    public static final OpenBackfills UNKNOWN = new OpenBackfills(true, Set.of());

    /** All is done, or there is nothing to be carried. */
    public static final OpenBackfills NONE = new OpenBackfills(false, Set.of());

    public OpenBackfills {
        indices = Set.copyOf(indices);
        failed = Map.copyOf(failed);
    }

    /** Such of which none has begun. */
    public OpenBackfills(boolean everything, Set<String> indices) {
        this(everything, indices, Map.of(), "");
    }

    /** Whether something in a scope is still to be carried. */
    public boolean touches(Scope scope) {
        return everything
                || (scope.everything() ? !indices.isEmpty() : indices.stream().anyMatch(scope::touches));
    }

    /** Whether something in a scope is still to be carried, and its backfill has not failed. */
    boolean touchesUnfailed(Scope scope) {
        return everything || indices.stream().anyMatch(index -> scope.touches(index) && !failed.containsKey(index));
    }

    /** Whether an index is still to be carried. */
    public boolean has(String index) {
        return everything || indices.contains(index);
    }

    /** What of a scope is waited for, in words that follow "waits for". */
    public String describe(Scope scope) {
        if (everything) {
            return "the end of the snapshot";
        }
        TreeSet<String> awaited = new TreeSet<>(indices);
        awaited.removeIf(index -> !scope.touches(index));
        String index = awaited.stream()
                .filter(one -> !failed.containsKey(one))
                .findFirst()
                .orElseGet(awaited::first);
        return failed.containsKey(index)
                ? "the source to say whether it still has %s, whose backfill failed: %s"
                        .formatted(index, failed.get(index))
                : "the backfill of " + index + remedy(index);
    }

    /** How it stands with the backfill of an index and what the user can do about it, in words that follow its name; empty if nothing. */
    public String remedy(String index) {
        if (everything) {
            return "";
        }
        if (failed.containsKey(index)) {
            return ", which failed: %s. Mend that, then sluice backfill start".formatted(failed.get(index));
        }
        return switch (job) {
            case "running", "starting" -> "";
            case "" -> ", which was not started: sluice backfill start";
            case "paused" -> ", which is paused: sluice backfill resume";
            default -> ", which is %s: sluice backfill start".formatted(job);
        };
    }
}
