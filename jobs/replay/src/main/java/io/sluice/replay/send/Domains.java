package io.sluice.replay.send;

import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import java.util.Objects;
import java.util.UUID;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/** Order domains: all steps of a document lie in one, and those of an index in many, so that a hot one uses every slot. */
public final class Domains implements KeySelector<StepItem, Integer> {

    private static final long serialVersionUID = 1L;

    /** As many as key groups, so that every parallelism has an even share. */
    public static final int COUNT = 128;

    /** Which one has the calls. */
    static final int OF_CALLS = 0;

    private final PartitionKeys keys;

    /** @param keys one for each domain */
    public Domains(PartitionKeys keys) {
        this.keys = keys;
    }

    /** One for each domain. */
    public static PartitionKeys keys() {
        return new PartitionKeys(COUNT, COUNT);
    }

    /** The key of a domain that a subtask has: for what belongs to none, and is to be in its state. */
    static int keyOf(int subtask, int parallelism, int keyGroups) {
        KeyGroupRange groups =
                KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(keyGroups, parallelism, subtask);
        PartitionKeys keys = keys();
        for (int domain = 0; domain < COUNT; domain++) {
            if (groups.contains(KeyGroupRangeAssignment.assignToKeyGroup(keys.of(domain), keyGroups))) {
                return keys.of(domain);
            }
        }
        throw new IllegalStateException("no domain is in " + groups);
    }

    @Override
    public Integer getKey(StepItem item) {
        Step step = item.step();
        if (step instanceof Step.Write write) {
            return key(write.index(), write.routing(), write.id());
        }
        if (step instanceof Step.Ask ask) {
            return key(ask.index(), ask.routing(), ask.id());
        }
        if (step instanceof Step.Barrier barrier) {
            return keys.of(barrier.domain());
        }
        if (step instanceof Step.Names names) {
            return keys.of(names.domain());
        }
        if (step instanceof Step.Read read) {
            Cursor cursor = read.cursor();
            UUID root = cursor == null ? null : cursor.root();
            return spread(root == null ? item.exchange().hashCode() : root.hashCode()); // all of a cursor in one
        }
        return keys.of(OF_CALLS);
    }

    private int key(String index, @Nullable String routing, String id) {
        return spread((index.hashCode() * 31 + Objects.hashCode(routing)) * 31 + id.hashCode());
    }

    private int spread(int hash) {
        int mixed = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
        return keys.of(Math.floorMod(mixed ^ (mixed >>> 13), keys.count()));
    }
}
