package io.sluice.capture.file;

import java.util.Map;
import java.util.TreeMap;

/**
 * What stands at the start of a capture file.
 *
 * @param partitions of the topic that was exported
 * @param properties what else there is to know, such as {@code topic}, {@code cluster}, {@code made}, {@code from} and
 *     {@code to}; readers ignore those they do not know
 */
public record CaptureFileHeader(int partitions, Map<String, String> properties) {

    /** More than Kafka's clusters take. */
    static final int MAX_PARTITIONS = 10_000;

    /** Copies the properties. */
    public CaptureFileHeader {
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    "A capture file has 1 to " + MAX_PARTITIONS + " partitions, not " + partitions + ".");
        }
        properties = new TreeMap<>(properties);
    }
}
