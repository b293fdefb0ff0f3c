package io.sluice.control.flink;

/** A TaskManager of a Flink cluster. */
public record TaskManager(String id, int slots, int freeSlots) {}
