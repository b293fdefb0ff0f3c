package io.sluice.replay.bypass;

import io.sluice.replay.wire.StateForm;
import io.sluice.replay.wire.Text;
import io.sluice.source.IndexNumbers;
import io.sluice.source.Swept;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Up to which number the operations on each index are accounted for. Belongs to one thread. */
final class Bases {

    private final Map<String, Swept> byIndex = new TreeMap<>();
    private final Map<String, String> histories = new TreeMap<>();
    private final Set<String> unknownBefore = new TreeSet<>();
    /** Those that a captured operation has deleted, by its words. */
    private final Set<String> mayBeDeleted = new TreeSet<>();

    private boolean hasLooked;
    private long found;

    /**
     * Where an index begins that is seen for the first time: behind what the snapshot holds; at its first operation, if the index
     * was made since; else, where nobody knows what is in the target, with this look.
     */
    Swept of(String name, IndexNumbers numbers, Carried carried) {
        Swept known = byIndex.get(name);
        if (known == null) {
            Map<Integer, Long> held = carried.numbers().get(numbers.uuid());
            boolean isNew = held == null && (hasLooked || carried.isMarked());
            if (isNew || (held != null && !held.isEmpty())) {
                known = new Swept(numbers.uuid(), held == null ? Map.of() : held);
            } else {
                known = new Swept(numbers.uuid(), numbers.highest());
                unknownBefore.add(name);
            }
            byIndex.put(name, known);
        }
        return known;
    }

    /** What seems to have been done to an index that was not captured, as {@link Suspects} has it; empty for nothing. */
    String suspicion(String name, IndexNumbers numbers, Carried carried) {
        Swept base = of(name, numbers, carried);
        if (!base.uuid().equals(numbers.uuid())) {
            return Suspects.ANEW;
        }
        boolean isBehind = numbers.highest().entrySet().stream()
                .anyMatch(shard -> shard.getValue() < base.checkpoints().getOrDefault(shard.getKey(), -1L));
        return isBehind || !isOfHistory(name, numbers.histories()) ? Suspects.TAKEN_BACK : "";
    }

    /** Whether the numbers of an index still belong to the history to which they belonged first. */
    private boolean isOfHistory(String name, String history) {
        String known = histories.get(name);
        if (known == null || known.isEmpty()) {
            histories.put(name, history);
            return true;
        }
        return history.isEmpty() || known.equals(history);
    }

    /** All indices that were there at one moment were looked at. */
    void looked() {
        hasLooked = true;
    }

    /** More is accounted for. What is of another incarnation says nothing. */
    void advance(String name, Swept to) {
        Swept known = byIndex.get(name);
        if (known != null && known.uuid().equals(to.uuid())) {
            Map<Integer, Long> numbers = new HashMap<>(known.checkpoints());
            to.checkpoints().forEach((shard, number) -> numbers.merge(shard, number, Math::max));
            byIndex.put(name, new Swept(to.uuid(), numbers));
        }
    }

    /** A captured operation has deleted an index of this name, if it is one of those that it means. */
    void mayBeDeleted(String name) {
        mayBeDeleted.add(name);
    }

    /** A later look tells: what is the same index still was not meant. Not of those that may have been deleted since. */
    void settleDeleted(Map<String, IndexNumbers> look, Predicate<String> since) {
        for (String name : List.copyOf(mayBeDeleted)) {
            if (!since.test(name)) {
                Swept base = byIndex.get(name);
                IndexNumbers now = look.get(name);
                mayBeDeleted.remove(name);
                if (base != null && (now == null || !now.uuid().equals(base.uuid()))) {
                    remove(name);
                }
            }
        }
    }

    void remove(String name) {
        byIndex.remove(name);
        histories.remove(name);
        unknownBefore.remove(name);
        mayBeDeleted.remove(name);
    }

    Set<String> names() {
        return byIndex.keySet();
    }

    /** Indices that were there before anybody looked. */
    Set<String> unknownBefore() {
        return unknownBefore;
    }

    void found(long more) {
        found += more;
    }

    long found() {
        return found;
    }

    byte[] image() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(StateForm.NUMBER);
            out.writeBoolean(hasLooked);
            out.writeLong(found);
            out.writeInt(byIndex.size());
            for (Map.Entry<String, Swept> index : byIndex.entrySet()) {
                Text.write(index.getKey(), out);
                out.writeBoolean(unknownBefore.contains(index.getKey()));
                out.writeBoolean(mayBeDeleted.contains(index.getKey()));
                Text.write(histories.getOrDefault(index.getKey(), ""), out);
                Text.write(index.getValue().text(), out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    void restore(byte[] image) {
        byIndex.clear();
        histories.clear();
        unknownBefore.clear();
        mayBeDeleted.clear();
        hasLooked = false;
        found = 0;
        if (image.length == 0) {
            return;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(image))) {
            StateForm.expect(in.readInt());
            hasLooked = in.readBoolean();
            found = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                String name = Text.read(in);
                if (in.readBoolean()) {
                    unknownBefore.add(name);
                }
                if (in.readBoolean()) {
                    mayBeDeleted.add(name);
                }
                histories.put(name, Text.read(in));
                byIndex.put(name, Swept.parse(Text.read(in)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
