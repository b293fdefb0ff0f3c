package io.sluice.replay.bypass;

import io.sluice.source.IndexNumbers;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds indices with a document at the target whose version is above all numbers that the source has given: the source never had it, and whatever the source writes to
 * that document is refused.
 *
 * <p>Only what was told before a look began is compared with it, as the source may have given higher numbers since. What a sender has not forgotten yet of an index
 * that was deleted shows once only, so it has to be seen twice. Belongs to one thread.
 */
final class AheadOfSource {

    private final Map<Integer, Map<String, Long>> bySender = new HashMap<>();
    private Map<String, Long> beforeLook = Map.of();
    private Map<String, Long> last = Map.of();
    private final SortedMap<String, Long> sure = new TreeMap<>();

    void heard(TargetVersions versions) {
        bySender.put(versions.subtask(), versions.highest());
    }

    /** The source is about to be looked at. */
    void looking() {
        Map<String, Long> highest = new HashMap<>();
        bySender.values().forEach(one -> one.forEach((name, version) -> highest.merge(name, version, Math::max)));
        beforeLook = highest;
    }

    /** It was looked at. */
    void looked(Map<String, IndexNumbers> indices, Predicate<String> isDeleted) {
        Map<String, Long> now = new HashMap<>();
        beforeLook.forEach((name, version) -> {
            IndexNumbers numbers = indices.get(name);
            if (numbers != null && !isDeleted.test(name) && version > highest(numbers)) {
                now.put(name, version);
            }
        });
        now.forEach((name, version) -> {
            if (last.containsKey(name)) {
                sure.merge(name, version, Math::max);
            }
        });
        last = now;
    }

    /** Nothing is above it where it is not known. */
    private static long highest(IndexNumbers numbers) {
        if (numbers.unchecked() != null) {
            return Long.MAX_VALUE;
        }
        return numbers.highest().values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(Long.MAX_VALUE);
    }

    /** Indices that were deleted at the target, and these documents with them. */
    void forget(Predicate<String> which) {
        sure.keySet().removeIf(which);
        Map<String, Long> rest = new HashMap<>(last);
        rest.keySet().removeIf(which);
        last = rest;
    }

    /** Senders are gone; those that come say again what they know. */
    void sendersLeft() {
        bySender.clear();
        beforeLook = Map.of();
        last = Map.of();
    }

    /** With the highest such version; once there, until the index is deleted. */
    SortedMap<String, Long> told() {
        return new TreeMap<>(sure);
    }

    /** Goes on with what was {@link #told}. */
    void restore(Map<String, Long> told) {
        sure.clear();
        sure.putAll(told);
    }
}
