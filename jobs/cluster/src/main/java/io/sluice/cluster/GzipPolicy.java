package io.sluice.cluster;

/** Whether request bodies are compressed. Answers are never asked for in a compressed form. */
public enum GzipPolicy {
    /** Never. */
    OFF,
    /** Every body of at least {@value Gzip#WORTH_A_HEADER} bytes. */
    ON,
    /**
     * Only while it pays, by measuring: when the time that the connection takes for the bytes saved is
     * longer than the time that compressing takes. Never over loopback.
     */
    AUTO
}
