package io.sluice.replay.send;

import io.sluice.replay.wire.StepItem;
import io.sluice.replay.wire.StepItemSerializer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * Steps in Flink's state. A checkpoint that finds a step on the heap for the first time writes it into an image of all such steps of
 * its domain, which the next one replaces: most are settled by then, and nothing has to be removed. What the next one finds still there
 * is put into the state by itself, as is what the heap has no room for.
 *
 * <p>Belongs to the task's thread.
 */
final class StepStore {

    /** A larger step is put into the state by itself. */
    private static final int LARGEST_IN_IMAGE = 1 << 20;

    private static final int FIRST_IMAGE_BYTES = 16 << 10;

    private static final MapStateDescriptor<String, StepItem> STEPS =
            new MapStateDescriptor<>("steps", Types.STRING, StepItemSerializer.TYPE);
    private static final ValueStateDescriptor<byte[]> IMAGE =
            new ValueStateDescriptor<>("young-steps", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final KeyedStateBackend<Integer> backend;
    private final MapState<String, StepItem> steps;
    private final ValueState<byte[]> image;
    private final StepItemSerializer serializer = new StepItemSerializer();
    /** Those that are not in the state by themselves. */
    private final Set<Pending> fresh = new HashSet<>();
    /** Under which keys the state has an image. */
    private final Set<Integer> imaged = new HashSet<>();

    StepStore(KeyedStateBackend<Integer> backend, KeyedStateStore store) {
        this.backend = backend;
        this.steps = store.getMapState(STEPS);
        this.image = store.getState(IMAGE);
    }

    /** Hands out what a checkpoint holds. */
    void restore(Consumer<Pending> to) throws Exception {
        backend.applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, STEPS, (key, state) -> {
            for (Map.Entry<String, StepItem> step : state.entries()) {
                Pending pending = new Pending(step.getValue(), key);
                pending.stored = true;
                pending.restored = true;
                to.accept(pending);
            }
        });
        backend.applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, IMAGE, (key, state) -> {
            DataInputDeserializer in = new DataInputDeserializer(state.value());
            while (in.available() > 0) {
                Pending pending = new Pending(serializer.deserialize(in), key);
                pending.imaged = true;
                pending.restored = true;
                fresh.add(pending);
                to.accept(pending);
            }
            imaged.add(key);
        });
    }

    /** Takes note of a step that is on the heap. */
    void arrived(Pending step) {
        fresh.add(step);
    }

    /** Puts a step into the state, if it is not there by itself. */
    void put(Pending step) {
        if (!step.stored) {
            write(step);
            fresh.remove(step);
        }
    }

    /** A step has become another one, which is put into the state in its place. */
    void replace(Pending step) {
        write(step);
        fresh.remove(step);
    }

    private void write(Pending step) {
        backend.setCurrentKey(step.key());
        try {
            steps.put(step.name(), step.item());
        } catch (Exception e) {
            throw new IllegalStateException("cannot put step %s into the state".formatted(step.name()), e);
        }
        step.stored = true;
    }

    /** A step as it came, with its bytes. */
    StepItem item(Pending step) {
        load(step);
        StepItem item = step.item();
        if (item == null) {
            throw new IllegalStateException("a step without its bytes: " + step.name());
        }
        return item;
    }

    /** Gives a step its bytes, if it has none. */
    void load(Pending step) {
        if (step.item() == null) {
            backend.setCurrentKey(step.key());
            try {
                step.restore(steps.get(step.name()));
            } catch (Exception e) {
                throw new IllegalStateException("cannot read step %s from the state".formatted(step.name()), e);
            }
        }
    }

    /** A step is settled. */
    void remove(Pending step) {
        if (!step.stored) {
            fresh.remove(step);
            return;
        }
        backend.setCurrentKey(step.key());
        try {
            steps.remove(step.name());
        } catch (Exception e) {
            throw new IllegalStateException("cannot remove step %s from the state".formatted(step.name()), e);
        }
    }

    /** Writes what is on the heap alone. */
    void snapshot() throws Exception {
        Map<Integer, DataOutputSerializer> images = new HashMap<>();
        for (Iterator<Pending> all = fresh.iterator(); all.hasNext(); ) {
            Pending step = all.next();
            StepItem item = step.item();
            if (step.imaged || step.bytes() > LARGEST_IN_IMAGE || item == null) {
                write(step);
                all.remove();
            } else {
                step.imaged = true;
                serializer.serialize(
                        item, images.computeIfAbsent(step.key(), key -> new DataOutputSerializer(FIRST_IMAGE_BYTES)));
            }
        }
        for (int key : imaged) {
            if (!images.containsKey(key)) {
                backend.setCurrentKey(key);
                image.clear();
            }
        }
        imaged.clear();
        for (Map.Entry<Integer, DataOutputSerializer> one : images.entrySet()) {
            backend.setCurrentKey(one.getKey());
            image.update(one.getValue().getCopyOfBuffer());
            imaged.add(one.getKey());
        }
    }
}
