package io.sluice.replay.send;

import io.sluice.replay.ask.Swept;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.jspecify.annotations.Nullable;

/**
 * What need not be read again of indices that were swept. Lies in state under the key of the sweeps, and on the heap; an index
 * leaves when a sweep finds it gone, or an operation deletes it at the target. Belongs to the task's thread.
 */
final class SweptIndices {

    private static final MapStateDescriptor<String, String> SWEPT =
            new MapStateDescriptor<>("swept", Types.STRING, Types.STRING);

    private final KeyedStateBackend<Integer> backend;
    private final MapState<String, String> state;
    private final Map<String, Swept> known = new HashMap<>();
    /** Under which key each lies in state. */
    private final Map<String, Integer> keys = new HashMap<>();

    /** Goes on with what the state holds. */
    SweptIndices(KeyedStateBackend<Integer> backend, KeyedStateStore store) throws Exception {
        this.backend = backend;
        this.state = store.getMapState(SWEPT);
        backend.applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, SWEPT, (key, all) -> {
            for (Map.Entry<String, String> one : all.entries()) {
                known.put(one.getKey(), Swept.parse(one.getValue()));
                keys.put(one.getKey(), key);
            }
        });
    }

    @Nullable
    Swept get(String index) {
        return known.get(index);
    }

    /** The target has nothing any more of what was swept. */
    void forget(Predicate<String> which) {
        List<String> gone = known.keySet().stream().filter(which).toList();
        gone.forEach(index -> put(keys.getOrDefault(index, 0), index, null));
    }

    /**
     * All that came of a sweep is written.
     *
     * @param key of the sweeps
     * @param swept null when the index is gone
     */
    void put(int key, String index, @Nullable Swept swept) {
        backend.setCurrentKey(key);
        try {
            if (swept == null) {
                known.remove(index);
                keys.remove(index);
                state.remove(index);
            } else {
                known.put(index, swept);
                keys.put(index, key);
                state.put(index, swept.text());
            }
        } catch (Exception e) {
            throw new IllegalStateException("cannot note in the state that %s was swept".formatted(index), e);
        }
    }
}
