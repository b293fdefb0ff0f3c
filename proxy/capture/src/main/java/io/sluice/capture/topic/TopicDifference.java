package io.sluice.capture.topic;

/**
 * One thing of a topic that is not as it must be.
 *
 * @param what a setting by Kafka's name, or {@code partitions} or {@code copies}
 * @param remedy what to do
 */
public record TopicDifference(String what, String found, String expected, String remedy) {

    @Override
    public String toString() {
        return what + " is " + found + ", expected " + expected + ": " + remedy;
    }
}
