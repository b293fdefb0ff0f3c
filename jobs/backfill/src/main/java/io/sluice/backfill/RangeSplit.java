package io.sluice.backfill;

import io.sluice.snapshot.RangeChecksum;
import java.io.Serializable;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;

/**
 * A range of documents of one segment, and how far it is confirmed.
 *
 * @param index the index's name in the snapshot
 * @param segment the segment's name in its shard, or {@link #DELETES}
 * @param from the first document of the range
 * @param to the document behind its last
 * @param next the first document that is not yet settled; every earlier one was answered for by the
 *     target or stands in a failure file
 * @param account of the documents from {@code from} to {@code next}
 * @param checksum of the bytes that belong to the range, once all of it is settled and they were all read; else null
 */
record RangeSplit(
        String index,
        int shard,
        String segment,
        int from,
        int to,
        int next,
        Account account,
        @Nullable RangeChecksum checksum)
        implements SourceSplit, Serializable {

    /** Stands in place of a segment's name, which begins with an underscore. */
    static final String DELETES = "deletes";

    RangeSplit {
        if (checksum != null && next != to) {
            throw new IllegalArgumentException(
                    "%s[%d] %s: a checksum at document %d before %d".formatted(index, shard, segment, next, to));
        }
        if (shard < 0 || from < 0 || next < from || to < next) {
            throw new IllegalArgumentException(
                    "%s[%d] %s: document %d of %d to %d".formatted(index, shard, segment, next, from, to));
        }
    }

    /** The documents of a shard that are gone since an older snapshot, numbered as {@code ShardDelta} does. */
    static RangeSplit deletes(String index, int shard, int baseDocuments) {
        return unread(index, shard, DELETES, 0, baseDocuments);
    }

    static RangeSplit unread(String index, int shard, String segment, int from, int to) {
        return new RangeSplit(index, shard, segment, from, to, from, Account.EMPTY, null);
    }

    RangeSplit settledTo(int document, Account settled) {
        return new RangeSplit(index, shard, segment, from, to, document, account.plus(settled), null);
    }

    /** All of it settled, and all of its bytes read. */
    RangeSplit read(RangeChecksum bytes) {
        return new RangeSplit(index, shard, segment, from, to, next, account, bytes);
    }

    /** As if nobody had ever read of it. */
    RangeSplit anew() {
        return unread(index, shard, segment, from, to);
    }

    /** The segment it belongs to, of all in the snapshot. */
    String segmentId() {
        return index + "[" + shard + "]" + segment;
    }

    /** Whether its documents are to be deleted. */
    boolean isOfDeletes() {
        return segment.equals(DELETES);
    }

    /** Whether nothing of it is left to do: its documents are settled and its bytes were read. */
    boolean isSettled() {
        return next == to && checksum != null;
    }

    @Override
    public String splitId() {
        return segmentId() + ":" + from;
    }
}
