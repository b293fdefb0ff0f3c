package io.sluice.backfill;

import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader tells the enumerator how it is doing, several times a second while that changes.
 *
 * @param splits the ranges it holds, as far as they are settled
 * @param bulksInFlight how many bulks are sent and not answered
 * @param documentsInFlight how many documents those hold
 * @param ordersApplied the number of the newest orders it follows
 * @param waitingFor why it sends nothing, or empty: {@code target answered 429 …}
 * @param place whose {@code storeBytes} these are: readers of one process share a repository
 * @param storeBytes asked of the repository by all readers of the place since it was opened
 * @param sourceBytes of source handed to the target since the reader started
 * @param retries how many times something was sent again since the reader started
 */
record ReaderProgress(
        List<RangeSplit> splits,
        int bulksInFlight,
        int documentsInFlight,
        long ordersApplied,
        String waitingFor,
        String place,
        long storeBytes,
        long sourceBytes,
        long retries)
        implements SourceEvent {

    ReaderProgress {
        splits = List.copyOf(splits);
    }

    /** Whether it is as it was, apart from what all readers of the place did together. */
    boolean saysTheSameAs(ReaderProgress other) {
        return new ReaderProgress(
                        splits,
                        bulksInFlight,
                        documentsInFlight,
                        ordersApplied,
                        waitingFor,
                        place,
                        other.storeBytes,
                        sourceBytes,
                        retries)
                .equals(other);
    }
}
