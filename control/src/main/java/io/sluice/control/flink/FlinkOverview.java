package io.sluice.control.flink;

/**
 * What a Flink cluster has.
 *
 * @param version its release, {@code 2.3.0}
 */
public record FlinkOverview(String version, int taskManagers, int slots, int freeSlots) {}
