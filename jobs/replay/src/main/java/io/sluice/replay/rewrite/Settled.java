package io.sluice.replay.rewrite;

/**
 * An item for which nothing is to be done at the target.
 *
 * @param item its place among the items of its exchange, from 0
 * @param rule why, as a name with underscores that status and outcome files show
 */
public record Settled(int item, Kind kind, String rule) {

    /** How it counts. */
    public enum Kind {
        /** The source refused it, or it changed nothing there. */
        REFUSED_AT_SOURCE,
        /** The snapshot holds what it wrote. */
        IN_SNAPSHOT,
        /** Left out by rule. */
        SKIPPED,
        /** What it did cannot be told, and nobody can be asked. */
        UNKNOWN
    }
}
