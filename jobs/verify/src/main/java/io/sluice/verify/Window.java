package io.sluice.verify;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Matches documents of the two sides as they come, and hands on those it cannot: what differs, and what waited so long that
 * others need the room. Both sides are read in step and were written in about the same order, so most meet here and
 * cost nothing more. Bounded.
 *
 * <p>Not safe for use by several threads.
 */
final class Window {

    private final int most;
    private final Map<String, Sighting> waiting = new LinkedHashMap<>();
    private final BiConsumer<String, Sighting> unmatched;

    /**
     * A window.
     *
     * @param most how many documents may wait
     */
    Window(int most, BiConsumer<String, Sighting> unmatched) {
        this.most = most;
        this.unmatched = unmatched;
    }

    void see(String key, Sighting seen) {
        Sighting other = waiting.remove(key);
        if (other == null) {
            waiting.put(key, seen);
            if (waiting.size() > most) {
                Map.Entry<String, Sighting> oldest =
                        waiting.entrySet().iterator().next();
                waiting.remove(oldest.getKey());
                unmatched.accept(oldest.getKey(), oldest.getValue());
            }
            return;
        }
        Sighting both = other.with(seen);
        if (both.source() == null || both.target() == null) {
            waiting.put(key, both); // one side showed it twice, as it was written meanwhile
        } else if (!both.isEqual()) {
            unmatched.accept(key, both);
        }
    }

    /** Hands on all that waits. */
    void flush() {
        Iterator<Map.Entry<String, Sighting>> all = waiting.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Sighting> one = all.next();
            unmatched.accept(one.getKey(), one.getValue());
            all.remove();
        }
    }

    /** Forgets all that waits. */
    void clear() {
        waiting.clear();
    }
}
