package io.sluice.replay.bypass;

import io.sluice.replay.bypass.CountNumbers.OfIndex;
import io.sluice.replay.wire.Text;
import io.sluice.transform.ShardLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sequence numbers of the operations that a sender has settled, as far as nobody has confirmed yet that they are all. An
 * operation is settled by one sender, so the counts of all senders add up, whichever of them has a number after a restart.
 *
 * <p>Belongs to the task's thread.
 */
public final class TakenNumbers {

    /** Of an index of which nobody has said yet how it is laid out: it was made since the source was looked at. */
    private static final int MOST_UNPLACED = 100_000;

    private final Map<String, Taken> indices = new HashMap<>();

    /** Of one index of the source. */
    private static final class Taken {
        @Nullable
        ShardLayout layout;

        final Map<Integer, NumberSet> shards = new TreeMap<>();
        /** Numbers whose shard is not known yet, with what tells it. */
        final List<Unplaced> unplaced = new ArrayList<>();
        /** The highest version of a document at the target that refused a write; below 0 for none. */
        long targetVersion = -1;

        void add(String id, @Nullable String routing, long number) {
            if (layout != null) {
                place(layout, layout.spread(id, routing), number);
            } else if (unplaced.size() < MOST_UNPLACED) {
                unplaced.add(new Unplaced(new ShardLayout(1, 1, 1).spread(id, routing), number));
            }
        }

        private void place(ShardLayout known, int spread, long number) {
            shards.computeIfAbsent(known.shard(spread), shard -> new NumberSet())
                    .add(number);
        }

        /** Whoever lies on many shards by one routing cannot be placed afterwards. */
        void place(ShardLayout known) {
            if (!known.equals(layout)) {
                shards.clear();
            }
            if (known.partitionSize() == 1) {
                unplaced.forEach(one -> place(known, one.spread(), one.number()));
            }
            unplaced.clear();
            layout = known;
        }
    }

    private record Unplaced(int spread, long number) {}

    /**
     * An operation is settled.
     *
     * @param index of the source
     * @param id at the source
     * @param number that the source gave it; below 0 for none
     */
    public void add(String index, String id, @Nullable String routing, long number) {
        if (number >= 0) {
            indices.computeIfAbsent(index, name -> new Taken()).add(id, routing, number);
        }
    }

    /**
     * A write was refused, as the target has a later version of its document.
     *
     * @param index of the source
     */
    public void superseded(String index, long targetVersion) {
        Taken taken = indices.computeIfAbsent(index, name -> new Taken());
        taken.targetVersion = Math.max(taken.targetVersion, targetVersion);
    }

    /** The highest of these, by index of the source. */
    public Map<String, Long> targetVersions() {
        Map<String, Long> versions = new HashMap<>();
        indices.forEach((index, taken) -> {
            if (taken.targetVersion >= 0) {
                versions.put(index, taken.targetVersion);
            }
        });
        return versions;
    }

    /** Numbers settled so far and from now on are known by their shards. */
    public void learn(IndexLayouts layouts) {
        layouts.byIndex()
                .forEach((index, layout) ->
                        indices.computeIfAbsent(index, name -> new Taken()).place(layout));
    }

    /** Answers a question. */
    public NumbersCounted count(int subtask, CountNumbers question) {
        Map<String, Map<Integer, Long>> counts = new HashMap<>();
        Map<String, Map<Integer, NumberSet>> shown = new HashMap<>();
        for (OfIndex of : question.indices()) {
            Taken taken = indices.get(of.index());
            if (taken != null) {
                taken.place(of.layout());
                Map<Integer, Long> byShard = new HashMap<>();
                taken.shards.forEach((shard, numbers) -> {
                    long above = of.above().getOrDefault(shard, -1L);
                    long upTo = of.upTo().getOrDefault(shard, -1L);
                    numbers.dropUpTo(above);
                    byShard.put(shard, numbers.count(above, upTo));
                    if (question.shows()) {
                        shown.computeIfAbsent(of.index(), name -> new HashMap<>())
                                .put(shard, numbers.upTo(upTo));
                    }
                });
                counts.put(of.index(), byShard);
            }
        }
        return new NumbersCounted(subtask, question.round(), counts, shown);
    }

    /** Of indices that are no more. */
    public void forget(Predicate<String> which) {
        indices.keySet().removeIf(which);
    }

    /** What there is of each index, for {@link #restore}. */
    public List<byte[]> images() throws IOException {
        List<byte[]> images = new ArrayList<>();
        for (Map.Entry<String, Taken> index : indices.entrySet()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            write(index.getKey(), index.getValue(), new DataOutputStream(bytes));
            images.add(bytes.toByteArray());
        }
        return images;
    }

    private static void write(String index, Taken taken, DataOutputStream out) throws IOException {
        Text.write(index, out);
        ShardLayout layout = taken.layout;
        out.writeBoolean(layout != null);
        if (layout != null) {
            out.writeInt(layout.shards());
            out.writeInt(layout.routingShards());
            out.writeInt(layout.partitionSize());
        }
        out.writeInt(taken.unplaced.size());
        for (Unplaced one : taken.unplaced) {
            out.writeInt(one.spread());
            out.writeLong(one.number());
        }
        out.writeInt(taken.shards.size());
        for (Map.Entry<Integer, NumberSet> shard : taken.shards.entrySet()) {
            out.writeInt(shard.getKey());
            shard.getValue().writeTo(out);
        }
        out.writeLong(taken.targetVersion);
    }

    /** Adds what another one, or this before a restart, had of an index. */
    public void restore(byte[] image) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(image));
        Taken taken = indices.computeIfAbsent(Text.read(in), name -> new Taken());
        if (in.readBoolean()) {
            taken.place(new ShardLayout(in.readInt(), in.readInt(), in.readInt()));
        }
        for (int left = in.readInt(); left > 0; left--) {
            taken.unplaced.add(new Unplaced(in.readInt(), in.readLong()));
        }
        for (int left = in.readInt(); left > 0; left--) {
            taken.shards.computeIfAbsent(in.readInt(), shard -> new NumberSet()).addAll(NumberSet.readFrom(in));
        }
        if (in.available() > 0) { // those of before end here
            taken.targetVersion = Math.max(taken.targetVersion, in.readLong());
        }
    }
}
