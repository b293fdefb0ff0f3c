package io.sluice.replay.account;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the coordinator is told of a partition.
 *
 * @param noted gaps, late and malformed records, and the like
 * @param time everything stamped below it was read
 * @param floor every write whose request began below it was handed to the senders
 * @param confirmed every write stamped below it is confirmed
 * @param settled every write stamped below it is confirmed, but for what sweeps did
 * @param oldest the stamp of the oldest exchange that is not settled; the last there can be when there is none
 * @param newestWrite the stamp of the newest write that was sent and is settled; 0 when there was none
 * @param reached the first offset that was not read; 0 when nothing was
 * @param ended the highest stamp when all proxies were gone last; 0 when they never were: what was stamped below it was read and handed on
 * @param isDeserted whether all proxies are gone for good that wrote what was read
 * @param waitsFor the proxies that have to promise something before time goes on
 * @param breakdown null when it is as in the last report that had one, or that one is not old yet
 */
public record AccountReport(
        int partition,
        Counts exchanges,
        Counts items,
        Map<String, Long> noted,
        long time,
        long floor,
        long confirmed,
        long settled,
        long oldest,
        long newestWrite,
        long reached,
        long ended,
        boolean isDeserted,
        List<UUID> waitsFor,
        @Nullable Breakdown breakdown)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    public AccountReport {
        noted = Map.copyOf(noted);
        waitsFor = List.copyOf(waitsFor);
    }

    /** Everything stamped below it was read, by promise or because nobody was there any more. */
    public long readTo() {
        return Math.max(time, ended);
    }
}
