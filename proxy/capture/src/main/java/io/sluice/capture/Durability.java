package io.sluice.capture;

/** What a write waits for. Reads wait for nothing. */
public enum Durability {
    /** The answer waits until Kafka has the request and the journal has the answer. */
    BEFORE_RESPONSE,
    /** The end of the answer waits until Kafka has request and answer. */
    BEFORE_RESPONSE_FULL,
    /** The end of the request waits until Kafka has the request. */
    BEFORE_FORWARD,
    /** Nobody waits; the journal holds what Kafka does not have yet. */
    ASYNC
}
