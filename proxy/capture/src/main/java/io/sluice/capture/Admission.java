package io.sluice.capture;

/** Whether a write may begin. */
public enum Admission {
    /** It may. */
    ADMITTED,
    /** Kafka does not acknowledge, and {@code capture.on_kafka_failure} says to reject. */
    KAFKA_FAILS,
    /** The journal has no room. */
    JOURNAL_FULL,
    /** The journal cannot be written. */
    JOURNAL_BROKEN
}
