package io.sluice.replay.bypass;

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

    /** Another look shows these. */
    void seen(SortedMap<String, String> now) {
        again = new TreeMap<>(now);
        again.keySet().retainAll(last.keySet());
        last = now;
    }

    /** Whether nothing was seen once only. */
    boolean areSure() {
        return last.equals(again);
    }

    void forget(String name) {
        last.remove(name);
        again.remove(name);
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
