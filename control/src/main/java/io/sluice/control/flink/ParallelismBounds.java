package io.sluice.control.flink;

/** Between how many and how many subtasks a vertex may have; fewer than {@code upper} when slots are short. */
public record ParallelismBounds(int lower, int upper) {

    public ParallelismBounds {
        if (lower < 1 || upper < lower) {
            throw new IllegalArgumentException("A parallelism from " + lower + " to " + upper + " is none");
        }
    }

    /** From 1 to a number. */
    public static ParallelismBounds upTo(int upper) {
        return new ParallelismBounds(1, upper);
    }
}
