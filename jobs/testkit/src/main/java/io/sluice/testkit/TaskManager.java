package io.sluice.testkit;

/**
 * One TaskManager of a {@link FlinkSession}.
 *
 * @param id as Flink's REST interface shows it
 * @param pid of its JVM
 */
public record TaskManager(String id, long pid) {}
