package io.sluice.replay.send;

import io.sluice.replay.conduct.OpenBackfills;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.StepItem;
import io.sluice.replay.wire.StepItemSerializer;
import java.util.ArrayList;
import java.util.HashMap;
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
    /** How many there are of each index, under each key. */
    private final Map<String, Map<Integer, Integer>> counts = new HashMap<>();

    private int underWay;

    /** Goes on with what the state holds. */
    KeptDeletes(KeyedStateBackend<Integer> backend, KeyedStateStore store) throws Exception {
        this.backend = backend;
        this.deletes = store.getMapState(DELETES);
        backend.applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, DELETES, (key, state) -> {
            for (StepItem item : state.values()) {
                count(((Step.Write) item.step()).index(), key, 1);
            }
        });
    }

    private void count(String index, int key, int more) {
        Map<Integer, Integer> byKey = counts.computeIfAbsent(index, fresh -> new HashMap<>());
        if (byKey.merge(key, more, Integer::sum) == 0) {
            byKey.remove(key);
        }
        if (byKey.isEmpty()) {
            counts.remove(index);
        }
    }

    void told(OpenBackfills backfills) {
        open = backfills;
    }

    /** Keeps what was just done, if it is a delete that a backfill may undo. */
    void done(Pending step) {
        Step.Write write = step.write;
        if (write == null || write.source() != null || write.fence() < 0 || !open.has(write.index())) {
            return;
        }
        backend.setCurrentKey(step.key());
        try {
            String name = nameOf(step, write);
            if (!deletes.contains(name)) {
                count(write.index(), step.key(), 1);
            }
            deletes.put(name, new StepItem(step.exchange(), write));
        } catch (Exception e) {
            throw new IllegalStateException("cannot keep delete %s in the state".formatted(step.name()), e);
        }
    }

    /** Several can come of one step. */
    private static String nameOf(Pending step, Step.Write write) {
        String routing = write.routing() == null ? "" : write.routing();
        return "%s/%s/%d/%s%s".formatted(step.name(), write.index(), routing.length(), routing, write.id());
    }

    /** Whether some are to be done once more now. */
    boolean isRipe() {
        return !counts.isEmpty() && counts.keySet().stream().anyMatch(index -> !open.has(index));
    }

    /** Some that are to be done once more now; asked again when those are settled. Reads only what lies under keys that have some. */
    List<Pending> take() throws Exception {
        if (underWay > 0 || !isRipe()) {
            return List.of();
        }
        List<Pending> taken = new ArrayList<>();
        for (Map.Entry<String, Map<Integer, Integer>> index : counts.entrySet()) {
            if (!open.has(index.getKey())) {
                for (int key : index.getValue().keySet()) {
                    take(key, index.getKey(), taken);
                }
            }
        }
        underWay = taken.size();
        return taken;
    }

    private void take(int key, String index, List<Pending> taken) throws Exception {
        if (taken.size() >= MOST_AT_ONCE) {
            return;
        }
        backend.setCurrentKey(key);
        for (StepItem item : deletes.values()) {
            if (item.step() instanceof Step.Write write && write.index().equals(index)) {
                Pending again = new Pending(item, key);
                again.kept = true;
                taken.add(again);
                if (taken.size() >= MOST_AT_ONCE) {
                    return;
                }
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
            count(write.index(), step.key(), -1);
        } catch (Exception e) {
            throw new IllegalStateException("cannot remove delete %s from the state".formatted(step.name()), e);
        }
    }
}
