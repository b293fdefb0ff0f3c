package io.sluice.capture.topic;

/**
 * The disks of one broker, all its folders together.
 *
 * @param usable bytes that are free; -1 when the broker does not say
 * @param total bytes; -1 when the broker does not say
 * @param topic bytes that our topic has there
 */
public record BrokerDisk(int broker, long usable, long total, long topic) {}
