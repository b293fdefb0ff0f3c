package io.sluice.replay.compare;

import java.util.List;

/**
 * What comes of a comparison.
 *
 * @param differences where the answers differ, as paths, or why there is nothing to compare; not more than {@link #MOST}
 * @param hits how alike the lists of hits are; {@link HitLikeness#SAME} where there are none
 * @param sawUnfinishedWrites whether writes of before the read were not confirmed at the target when it was sent: then a difference
 *     says nothing
 */
public record Judgement(Kind kind, List<String> differences, HitLikeness hits, boolean sawUnfinishedWrites) {

    /** More differences are not listed. */
    public static final int MOST = 10;

    /** Ways to end. */
    public enum Kind {
        EQUAL,
        DIFFERENT,
        /** The target did not answer, or failed by itself. */
        TARGET_FAILED,
        /** There is nothing to be compared with. */
        SKIPPED
    }

    public Judgement {
        differences = List.copyOf(differences.subList(0, Math.min(MOST, differences.size())));
    }
}
