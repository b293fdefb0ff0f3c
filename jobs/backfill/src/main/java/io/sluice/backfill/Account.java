package io.sluice.backfill;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of documents whose outcome is settled.
 *
 * @param carried written, or written before by us
 * @param superseded the target has a newer one
 * @param failed in the failure files, or part of a shard or index that failed
 * @param leftOut by the rule that left them out
 * @param sourceBytes of those carried or superseded
 * @param rebuilt how many of those carried, superseded or failed had a source that was rebuilt, in part or as a whole
 */
public record Account(
        long carried, long superseded, long failed, Map<String, Long> leftOut, long sourceBytes, long rebuilt)
        implements Serializable {

    static final Account EMPTY = new Account(0, 0, 0, Map.of(), 0);

    public Account {
        leftOut = Map.copyOf(leftOut);
    }

    Account(long carried, long superseded, long failed, Map<String, Long> leftOut, long sourceBytes) {
        this(carried, superseded, failed, leftOut, sourceBytes, 0);
    }

    Account plus(Account other) {
        return new Account(
                carried + other.carried,
                superseded + other.superseded,
                failed + other.failed,
                merge(leftOut, other.leftOut),
                sourceBytes + other.sourceBytes,
                rebuilt + other.rebuilt);
    }

    Account plusFailed(long documents) {
        return new Account(carried, superseded, failed + documents, leftOut, sourceBytes, rebuilt);
    }

    /** How many documents it accounts for. */
    long documents() {
        return carried + superseded + failed + leftOutTotal();
    }

    long leftOutTotal() {
        long total = 0;
        for (long count : leftOut.values()) {
            total += count;
        }
        return total;
    }

    private static Map<String, Long> merge(Map<String, Long> one, Map<String, Long> other) {
        if (other.isEmpty()) {
            return one;
        }
        Map<String, Long> sum = new TreeMap<>(one);
        other.forEach((rule, count) -> sum.merge(rule, count, Long::sum));
        return sum;
    }
}
