package io.sluice.replay.bypass;

import io.sluice.replay.rewrite.Scope;
import java.util.Set;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * An operation that was captured has deleted indices: what was settled before is of indices that are no more.
 *
 * @param everything whether it may be any index
 * @param indices at the target
 */
public record IndicesDeleted(boolean everything, Set<String> indices) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    public IndicesDeleted {
        indices = Set.copyOf(indices);
    }

    /** Those in a scope. */
    public static IndicesDeleted in(Scope scope) {
        return new IndicesDeleted(scope.everything(), scope.indices());
    }

    Scope scope() {
        return new Scope(everything, indices);
    }
}
