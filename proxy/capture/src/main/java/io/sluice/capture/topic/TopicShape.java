package io.sluice.capture.topic;

import java.util.Map;
import java.util.TreeMap;

/**
 * How a topic is.
 *
 * @param copies the fewest that a partition has
 * @param settings all settings that hold for it, by Kafka's names, those of the brokers included
 */
public record TopicShape(int partitions, int copies, Map<String, String> settings) {

    /** Copies the settings. */
    public TopicShape {
        settings = new TreeMap<>(settings);
    }

    /** A setting; empty when Kafka does not say. */
    public String setting(String name) {
        return settings.getOrDefault(name, "");
    }
}
