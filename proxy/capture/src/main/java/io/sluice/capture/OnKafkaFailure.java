package io.sluice.capture;

/** What happens to writes while Kafka acknowledges nothing. */
public enum OnKafkaFailure {
    /** The journal stands in for Kafka: writes wait until it has them on the disk. */
    SPILL,
    /** New writes are refused; those that were passed on are answered when the journal has them on the disk. */
    REJECT,
    /** Writes wait for nothing, and the capture says that it is compromised. The journal keeps what it has room for. */
    FORWARD
}
