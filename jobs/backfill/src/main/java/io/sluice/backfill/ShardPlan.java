package io.sluice.backfill;

import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardDelta;
import java.util.ArrayList;
import java.util.List;

/**
 * The ranges of one shard, in the order in which they are read.
 *
 * @param live how many live Lucene documents each range has, by estimate (nested children included)
 * @param failure why the shard cannot be read at all, or empty
 */
record ShardPlan(String index, int shard, List<RangeSplit> ranges, List<Long> live, String failure) {

    /** Small shards are cut no finer than this many bytes of stored fields: below it, a range costs more than it feeds. */
    private static final long SMALLEST_RANGE_BYTES = 8L << 20;

    /** Large shards are cut no coarser: what a failed reader repeats, and what one slot waits for at the end, is bounded. */
    private static final long LARGEST_RANGE_BYTES = 512L << 20;

    /** Between the two, a shard is cut into about this many ranges, so that it feeds every slot until its end. */
    private static final int RANGES_PER_SHARD = 64;

    ShardPlan {
        ranges = List.copyOf(ranges);
        live = List.copyOf(live);
    }

    static ShardPlan failed(String index, int shard, String failure) {
        return new ShardPlan(index, shard, List.of(), List.of(), failure);
    }

    /** What changed in a shard: what was written, then what is gone. */
    static ShardPlan cut(String index, int shard, ShardDelta delta) {
        ShardPlan written = cut(index, shard, delta.written());
        if (!delta.mayHaveGone()) {
            return written;
        }
        List<RangeSplit> ranges = new ArrayList<>(written.ranges);
        ranges.add(RangeSplit.deletes(index, shard, delta.baseDocuments()));
        List<Long> live = new ArrayList<>(written.live);
        live.add(delta.thinnedBy());
        return new ShardPlan(index, shard, ranges, live, "");
    }

    /** Cuts a shard. The same segments always give the same ranges: a restart must never plan differently. */
    static ShardPlan cut(String index, int shard, List<Segment> segments) {
        long bytes = 0;
        for (Segment segment : segments) {
            bytes += segment.storedBytes();
        }
        long target = Math.min(LARGEST_RANGE_BYTES, Math.max(SMALLEST_RANGE_BYTES, bytes / RANGES_PER_SHARD));
        List<RangeSplit> ranges = new ArrayList<>();
        List<Long> live = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.liveDocuments() == 0) {
                continue;
            }
            long pieces =
                    Math.min(segment.documents(), Math.max(1, Math.round((double) segment.storedBytes() / target)));
            for (long piece = 0; piece < pieces; piece++) {
                int from = (int) (segment.documents() * piece / pieces);
                int to = (int) (segment.documents() * (piece + 1) / pieces);
                ranges.add(RangeSplit.unread(index, shard, segment.name(), from, to));
                live.add((long) segment.liveDocuments() * (to - from) / segment.documents());
            }
        }
        return new ShardPlan(index, shard, ranges, live, "");
    }
}
