package io.sluice.replay.conduct;

import io.sluice.replay.rewrite.Deletion;
import io.sluice.replay.rewrite.Scope;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Which barriers a sender holds: all of them, the earliest first. Sent anew whenever that changes, and by every new attempt.
 *
 * @param certainMillis the event time at which all is certain that was done before the earliest; the least there is where all is
 */
public record HeldBarriers(int subtask, List<Held> held, long certainMillis) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    public HeldBarriers {
        held = List.copyOf(held);
    }

    /**
     * One barrier, as one sender sees it.
     *
     * @param id names it for all
     * @param stamp what began below it has to be heard of: that of the call's exchange, or of its answer if it deletes indices
     * @param everything whether any index is in its scope
     * @param indices in its scope, when not everything
     * @param deletion which indices the call deletes
     * @param waitsForBackfill of what is in its scope
     * @param domains of this sender that know of it
     * @param owns whether the call is here
     * @param drained whether all that is before it and in its scope is settled here, and no more of it can come
     * @param called whether the call is settled. Told by its owner
     */
    public record Held(
            String id,
            long stamp,
            boolean everything,
            Set<String> indices,
            Deletion deletion,
            boolean waitsForBackfill,
            int domains,
            boolean owns,
            boolean drained,
            boolean called)
            implements Serializable {

        private static final long serialVersionUID = 1L;

        public Held {
            indices = Set.copyOf(indices);
        }

        Scope scope() {
            return new Scope(everything, indices);
        }
    }
}
