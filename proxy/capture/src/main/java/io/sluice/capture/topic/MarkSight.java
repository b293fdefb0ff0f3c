package io.sluice.capture.topic;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * A moment that somebody asked to be named, as one partition tells of it.
 *
 * @param at capture time
 * @param open how many exchanges of that partition had begun and not ended
 */
public record MarkSight(String name, Instant at, Map<String, String> properties, int open) {

    /** Copies the properties. */
    public MarkSight {
        properties = new TreeMap<>(properties);
    }
}
