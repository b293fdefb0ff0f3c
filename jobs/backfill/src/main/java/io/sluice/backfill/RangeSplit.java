package io.sluice.backfill;

import java.io.Serializable;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A range of documents of one segment, and how far it is confirmed.
 *
 * @param index the index's name in the snapshot
 * @param segment the segment's name in its shard
 * @param from the first document of the range
 * @param to the document behind its last
 * @param next the first document that is not yet settled; every earlier one was answered for by the
 *     target or stands in a failure file
 * @param account of the documents from {@code from} to {@code next}
 */
record RangeSplit(String index, int shard, String segment, int from, int to, int next, Account account)
        implements SourceSplit, Serializable {

    RangeSplit {
        if (shard < 0 || from < 0 || next < from || to < next) {
            throw new IllegalArgumentException(
                    "%s[%d] %s: document %d of %d to %d".formatted(index, shard, segment, next, from, to));
        }
    }

    static RangeSplit unread(String index, int shard, String segment, int from, int to) {
        return new RangeSplit(index, shard, segment, from, to, from, Account.EMPTY);
    }

    RangeSplit settledTo(int document, Account settled) {
        return new RangeSplit(index, shard, segment, from, to, document, account.plus(settled));
    }

    boolean isSettled() {
        return next == to;
    }

    @Override
    public String splitId() {
        return index + "[" + shard + "]" + segment + ":" + from;
    }
}
