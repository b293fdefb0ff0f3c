package io.sluice.control.flink;

import java.util.List;
import java.util.Set;

/**
 * A job as the REST API shows it.
 *
 * @param state Flink's word: {@code RUNNING}, {@code FINISHED}, {@code FAILED} …
 * @param scheduler {@code Default}, {@code Adaptive} or {@code AdaptiveBatch}; empty when the Flink does not say
 * @param startMillis of the epoch
 * @param vertices empty in a list of jobs
 */
public record FlinkJob(
        String id, String name, String state, String scheduler, long startMillis, List<Vertex> vertices) {

    private static final Set<String> OVER = Set.of("FINISHED", "FAILED", "CANCELED", "SUSPENDED");

    public FlinkJob {
        vertices = List.copyOf(vertices);
    }

    /**
     * A chain of operators.
     *
     * @param maxParallelism its number of key groups
     */
    public record Vertex(String id, String name, int parallelism, int maxParallelism, String state) {}

    /** Whether it will never do anything again. */
    public boolean isOver() {
        return OVER.contains(state);
    }

    /** Whether it ended because it could not go on. */
    public boolean hasFailed() {
        return state.equals("FAILED");
    }

    /** Whether all of its subtasks are at work. */
    public boolean isRunning() {
        return state.equals("RUNNING")
                && vertices.stream()
                        .allMatch(vertex -> Set.of("RUNNING", "FINISHED").contains(vertex.state()));
    }

    /** Whether it can be scaled while it runs. */
    public boolean isAdaptive() {
        return scheduler.equals("Adaptive");
    }
}
