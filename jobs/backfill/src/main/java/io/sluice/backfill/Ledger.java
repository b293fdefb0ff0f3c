package io.sluice.backfill;

import io.sluice.backfill.LedgerState.Phase;
import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.RangeChecksum;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has which range, how far each is, and what became of the documents. The enumerator's whole
 * knowledge, without Flink.
 *
 * <p>What a reader reports of a range always wins over what is written here: after a failure a reader
 * comes back with the range as its checkpoint had it, and everything behind that position is carried again,
 * even where this ledger had already heard of its end.
 *
 * <p>A segment is verified when the last of its ranges is finished: the checksums of what they read, one behind the other,
 * must be that of its file. So a segment whose ranges are all {@link Phase#FINISHED} was read as it was written.
 *
 * <p>Belongs to one thread.
 */
final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final List<ShardPlan> shards = new ArrayList<>();
    private final Set<String> planned = new HashSet<>();
    private final Map<String, Entry> ranges = new LinkedHashMap<>();
    private final Deque<Entry> pending = new ArrayDeque<>();
    private final Map<String, String> stoppedIndices = new LinkedHashMap<>();
    private final Map<String, List<Entry>> segments = new HashMap<>();
    private final Map<String, String> damagedSegments = new HashMap<>();
    private int unsettled;

    private static final class Entry {
        final long live;
        RangeSplit split;
        Phase phase = Phase.PENDING;
        String reason = "";

        Entry(RangeSplit split, long live) {
            this.split = split;
            this.live = live;
        }
    }

    static Ledger restore(LedgerState state) {
        Ledger ledger = new Ledger();
        for (LedgerState.Shard shard : state.shards()) {
            if (!shard.failure().isEmpty()) {
                continue; // planned again: what was missing may be there by now
            }
            List<RangeSplit> splits = new ArrayList<>();
            List<Long> live = new ArrayList<>();
            for (LedgerState.Range range : shard.ranges()) {
                splits.add(range.split());
                live.add(range.live());
            }
            ledger.planned(new ShardPlan(shard.index(), shard.shard(), splits, live, shard.failure()));
            for (LedgerState.Range range : shard.ranges()) {
                ledger.restore(range);
            }
        }
        return ledger;
    }

    private void restore(LedgerState.Range range) {
        Entry entry = entry(range.split());
        switch (range.phase()) {
            case FINISHED -> {
                // One of a build that kept no checksum is read again, for it alone.
                if (range.split().isSettled()) {
                    finish(entry);
                }
            }
            // A reader holds it and will report it when it registers.
            case ASSIGNED -> {
                entry.phase = Phase.ASSIGNED;
                pending.remove(entry);
            }
            // Whatever stopped it may be mended by now: a restart is the user's way to say so.
            case STOPPED, PENDING -> {}
            case SUSPECT -> entry.split = range.split().anew();
        }
    }

    boolean isPlanned(String index, int shard) {
        return planned.contains(index + "[" + shard + "]");
    }

    int pendingRanges() {
        return pending.size();
    }

    void planned(ShardPlan plan) {
        shards.add(plan);
        planned.add(plan.index() + "[" + plan.shard() + "]");
        String stopped = stoppedIndices.get(plan.index());
        for (int i = 0; i < plan.ranges().size(); i++) {
            Entry entry = new Entry(plan.ranges().get(i), plan.live().get(i));
            ranges.put(entry.split.splitId(), entry);
            segments.computeIfAbsent(entry.split.segmentId(), id -> new ArrayList<>())
                    .add(entry);
            pending.add(entry);
            unsettled++;
            if (stopped != null) {
                settle(entry, Phase.STOPPED, stopped);
            }
        }
    }

    /** The next range to hand out, or null when none is left for now. */
    @Nullable
    RangeSplit take() {
        Entry entry = pending.poll();
        if (entry == null) {
            return null;
        }
        entry.phase = Phase.ASSIGNED;
        return entry.split;
    }

    /** A reader's range came back, as its last checkpoint had it. It goes first: somebody waits for its end. */
    void givenBack(RangeSplit split) {
        Entry entry = entry(split);
        if (entry.phase != Phase.PENDING && entry.phase != Phase.ASSIGNED) {
            unsettled++;
        }
        pending.remove(entry);
        entry.split = split;
        if (split.isSettled()) {
            entry.phase = Phase.ASSIGNED;
            finish(entry);
            return;
        }
        entry.phase = Phase.PENDING;
        pending.addFirst(entry);
        String stopped = stoppedIndices.getOrDefault(split.index(), damagedSegments.get(split.segmentId()));
        if (stopped != null) {
            settle(entry, Phase.STOPPED, stopped);
        }
    }

    /** A reader says how far it is. */
    void progressed(RangeSplit split) {
        Entry entry = entry(split);
        if (entry.phase == Phase.ASSIGNED) {
            entry.split = split;
        }
    }

    /** A reader has settled all of a range, or given it up for {@code reason}. Hearing it twice changes nothing. */
    void ended(RangeSplit split, String reason) {
        Entry entry = entry(split);
        if (entry.phase == Phase.ASSIGNED) {
            entry.split = split;
            if (split.isSettled()) {
                finish(entry);
            } else {
                settle(entry, Phase.STOPPED, reason);
            }
        }
    }

    /** The last of a segment's ranges to be finished says whether they read what was written. */
    private void finish(Entry entry) {
        settle(entry, Phase.FINISHED, "");
        try {
            verify(segment(entry));
        } catch (CorruptBlobException e) {
            LOG.error("segment {} is damaged, and all of it was carried", entry.split.segmentId(), e);
            damaged(entry.split, String.valueOf(e.getMessage()));
        }
    }

    private static void verify(List<Entry> segment) throws CorruptBlobException {
        ByteChecksum found = ByteChecksum.EMPTY;
        FileChecksum expected = null;
        for (Entry range : segment) {
            RangeChecksum checksum = range.split.checksum();
            if (range.phase != Phase.FINISHED || checksum == null) {
                return;
            }
            found = found.then(checksum.bytes());
            expected = checksum.file();
        }
        if (expected == null) {
            throw new IllegalStateException(
                    "no range of " + segment.get(0).split.segmentId() + " has read the file's footer");
        }
        expected.expect(found);
    }

    /**
     * The bytes of the range's segment are not what was written: the shard is given up, and every range of the segment is
     * {@linkplain Phase#SUSPECT suspect}, those that somebody still reads as soon as they end.
     */
    void damaged(RangeSplit split, String reason) {
        damagedSegments.putIfAbsent(split.segmentId(), reason);
        for (Entry range : segment(entry(split))) {
            if (range.phase == Phase.FINISHED || range.phase == Phase.STOPPED) {
                range.phase = Phase.SUSPECT;
                range.reason = reason;
            }
        }
        stopShard(split.index(), split.shard(), reason);
    }

    private List<Entry> segment(Entry entry) {
        return segments.getOrDefault(entry.split.segmentId(), List.of());
    }

    /** Gives up what nobody reads yet of an index. */
    void stopIndex(String index, String reason) {
        stoppedIndices.putIfAbsent(index, reason);
        stop(index, -1, reason);
    }

    /** Gives up what nobody reads yet of a shard. */
    void stopShard(String index, int shard, String reason) {
        stop(index, shard, reason);
    }

    private void stop(String index, int shard, String reason) {
        for (Entry entry : List.copyOf(pending)) {
            if (entry.split.index().equals(index) && (shard < 0 || entry.split.shard() == shard)) {
                settle(entry, Phase.STOPPED, reason);
            }
        }
    }

    /** Whether every planned range is finished or stopped. */
    boolean isSettled() {
        return unsettled == 0;
    }

    LedgerState snapshot() {
        List<LedgerState.Shard> state = new ArrayList<>(shards.size());
        for (ShardPlan shard : shards) {
            List<LedgerState.Range> kept = new ArrayList<>(shard.ranges().size());
            for (RangeSplit planned : shard.ranges()) {
                Entry entry = entry(planned);
                kept.add(new LedgerState.Range(entry.split, entry.live, entry.phase, entry.reason));
            }
            state.add(new LedgerState.Shard(shard.index(), shard.shard(), shard.failure(), kept));
        }
        return new LedgerState(state);
    }

    /** The indices of a state whose every shard is planned and whose every range is finished. */
    static Set<String> completeIndices(LedgerState state, List<IndexPlan> indices) {
        Map<String, Integer> finishedShards = new LinkedHashMap<>();
        for (LedgerState.Shard shard : state.shards()) {
            boolean finished = shard.failure().isEmpty()
                    && shard.ranges().stream().allMatch(range -> range.phase() == Phase.FINISHED);
            if (finished) {
                finishedShards.merge(shard.index(), 1, Integer::sum);
            }
        }
        Set<String> complete = new LinkedHashSet<>();
        for (IndexPlan index : indices) {
            if (finishedShards.getOrDefault(index.name(), 0) == index.shards()) {
                complete.add(index.name());
            }
        }
        return complete;
    }

    private void settle(Entry entry, Phase phase, String reason) {
        String damage = damagedSegments.get(entry.split.segmentId());
        pending.remove(entry);
        entry.phase = damage == null ? phase : Phase.SUSPECT;
        entry.reason = damage == null ? reason : damage;
        unsettled--;
    }

    private Entry entry(RangeSplit split) {
        Entry entry = ranges.get(split.splitId());
        if (entry == null) {
            throw new IllegalStateException("a range that was never planned: " + split.splitId());
        }
        return entry;
    }
}
