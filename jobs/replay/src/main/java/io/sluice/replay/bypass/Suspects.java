package io.sluice.replay.bypass;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Indices that somebody has to see to by hand, as it seems. What is seen once may be under way in the capture, and not be heard of yet: only what
 * is seen again is told.
 */
final class Suspects {

    static final String GONE = "must be deleted at the target: the source has deleted it, which was not captured";
    static final String ANEW = "must be backfilled again: the source has made it anew, which was not captured";
    static final String TAKEN_BACK = "must be backfilled again: the source has restored it, or lost some of it";

    private SortedMap<String, String> last = new TreeMap<>();
    private SortedMap<String, String> again = new TreeMap<>();
    /** For each, which snapshot was the newest when it was seen first. */
    private final Map<String, String> snapshots = new HashMap<>();

    /**
     * Another look shows these.
     *
     * @param snapshot that was the newest then
     */
    void seen(SortedMap<String, String> now, String snapshot) {
        now.keySet().forEach(name -> snapshots.putIfAbsent(name, snapshot));
        again = new TreeMap<>(now);
        again.keySet().retainAll(last.keySet());
        last = now;
    }

    /**
     * Whether a backfill that is complete has carried what an index has become. A snapshot that has an index that was made anew was taken
     * since then; of one that was restored it must be another than there was before.
     *
     * @param uuid of the index now
     */
    boolean isCarriedSince(String name, String uuid, String why, Carried carried) {
        boolean isNewer = why.equals(ANEW)
                || !snapshots.getOrDefault(name, carried.snapshot()).equals(carried.snapshot());
        return isNewer && !carried.numbers().getOrDefault(uuid, Map.of()).isEmpty();
    }

    /** An index is as it should be. One that is not looked at, as its backfill is under way, says neither. */
    void cleared(String name) {
        snapshots.remove(name);
    }

    /** Whether nothing was seen once only. */
    boolean areSure() {
        return last.equals(again);
    }

    void forget(String name) {
        last.remove(name);
        again.remove(name);
        snapshots.remove(name);
    }

    /** What is to be told, and why. */
    SortedMap<String, String> told() {
        return new TreeMap<>(again);
    }

    /** Those that the source has not any more. */
    Set<String> gone() {
        Set<String> gone = new TreeSet<>();
        last.forEach((name, why) -> {
            if (why.equals(GONE)) {
                gone.add(name);
            }
        });
        return gone;
    }
}
