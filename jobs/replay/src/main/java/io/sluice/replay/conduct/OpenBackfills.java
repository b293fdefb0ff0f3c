package io.sluice.replay.conduct;

import io.sluice.replay.rewrite.Scope;
import java.util.Set;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * What the backfill has still to carry.
 *
 * @param everything whether that is not known yet: it may be any index
 * @param indices at the target, when it is known
 */
public record OpenBackfills(boolean everything, Set<String> indices) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /** Any index. */
    public static final OpenBackfills UNKNOWN = new OpenBackfills(true, Set.of());

    /** All is done, or there is nothing to be carried. */
    public static final OpenBackfills NONE = new OpenBackfills(false, Set.of());

    public OpenBackfills {
        indices = Set.copyOf(indices);
    }

    /** Whether something in a scope is still to be carried. */
    public boolean touches(Scope scope) {
        return everything
                || (scope.everything() ? !indices.isEmpty() : indices.stream().anyMatch(scope::touches));
    }

    /** Whether an index is still to be carried. */
    public boolean has(String index) {
        return everything || indices.contains(index);
    }
}
