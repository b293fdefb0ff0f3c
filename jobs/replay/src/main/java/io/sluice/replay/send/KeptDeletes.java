package io.sluice.replay.send;

import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.StepItem;
import io.sluice.replay.wire.StepItemSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * Deletes of documents that a backfill may still bring: they are done when their time comes, and once more when the backfill of
 * their index is complete, as the target forgets what it deleted. They lie in state alone. Belongs to the task's thread.
 */
final class KeptDeletes {

    /** How many are on the heap at once. */
    private static final int MOST_AT_ONCE = 10_000;

    private static final MapStateDescriptor<String, StepItem> DELETES =
            new MapStateDescriptor<>("deletes", Types.STRING, StepItemSerializer.TYPE);

    private final KeyedStateBackend<Integer> backend;
    private final MapState<String, StepItem> deletes;
    private OpenBackfills open = OpenBackfills.UNKNOWN;
    /** Whether state may hold one whose time has come. */
    private boolean ripe;

    private int underWay;

    KeptDeletes(KeyedStateBackend<Integer> backend, KeyedStateStore store) {
        this.backend = backend;
        this.deletes = store.getMapState(DELETES);
    }

    void told(OpenBackfills backfills) {
        open = backfills;
        ripe = !backfills.everything();
    }

    /** Keeps what was just done, if it is a delete that a backfill may undo. */
    void done(Pending step) {
        Step.Write write = step.write;
        if (write == null || write.source() != null || write.fence() < 0 || !open.has(write.index())) {
            return;
        }
        backend.setCurrentKey(step.key());
        try {
            deletes.put(nameOf(step, write), new StepItem(step.exchange(), write));
        } catch (Exception e) {
            throw new IllegalStateException("cannot keep delete %s in the state".formatted(step.name()), e);
        }
    }

    /** Several can come of one step. */
    private static String nameOf(Pending step, Step.Write write) {
        String routing = write.routing() == null ? "" : write.routing();
        return "%s/%s/%d/%s%s".formatted(step.name(), write.index(), routing.length(), routing, write.id());
    }

    /** Whether some may be to be done once more now. */
    boolean isRipe() {
        return ripe;
    }

    /** Some that are to be done once more now; asked again when those are settled. */
    List<Pending> take() throws Exception {
        if (!ripe || underWay > 0) {
            return List.of();
        }
        List<Pending> taken = new ArrayList<>();
        backend.applyToAllKeys(
                VoidNamespace.INSTANCE,
                VoidNamespaceSerializer.INSTANCE,
                DELETES,
                (key, state) -> take(key, state, taken));
        ripe = !taken.isEmpty();
        underWay = taken.size();
        return taken;
    }

    private void take(Integer key, MapState<String, StepItem> state, List<Pending> taken) throws Exception {
        for (Map.Entry<String, StepItem> entry : state.entries()) {
            if (taken.size() >= MOST_AT_ONCE) {
                return;
            }
            StepItem item = entry.getValue();
            if (item.step() instanceof Step.Write write && !open.has(write.index())) {
                Pending again = new Pending(item, key);
                again.kept = true;
                taken.add(again);
            }
        }
    }

    /** One of those that were taken is settled. */
    void settled(Pending step) {
        underWay--;
        Step.Write write = step.write;
        if (write == null) {
            throw new IllegalStateException("not a delete: " + step.name());
        }
        backend.setCurrentKey(step.key());
        try {
            deletes.remove(nameOf(step, write));
        } catch (Exception e) {
            throw new IllegalStateException("cannot remove delete %s from the state".formatted(step.name()), e);
        }
    }
}
