package io.sluice.replay.compare;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How alike two ordered lists of ids are: each from 0 for nothing in common to 1.
 *
 * @param overlap how many of the longer list are in both
 * @param jaccard how many of all are in both
 * @param rankBiased as {@code overlap}, but the first places count most
 */
public record HitLikeness(double overlap, double jaccard, double rankBiased) {

    /** Two that are the same. */
    public static final HitLikeness SAME = new HitLikeness(1, 1, 1);

    /** How much less each place counts than the one before it. */
    private static final double PERSISTENCE = 0.9;

    static HitLikeness of(List<String> one, List<String> other) {
        if (one.equals(other)) {
            return SAME;
        }
        Set<String> both = new HashSet<>(one);
        both.retainAll(new HashSet<>(other));
        Set<String> any = new HashSet<>(one);
        any.addAll(other);
        int longer = Math.max(one.size(), other.size());
        return new HitLikeness(
                (double) both.size() / longer, (double) both.size() / any.size(), rankBiased(one, other, longer));
    }

    /** The agreement at each depth, weighed, and divided by what two equal lists of that length would get. */
    private static double rankBiased(List<String> one, List<String> other, int depth) {
        Set<String> seenOne = new HashSet<>();
        Set<String> seenOther = new HashSet<>();
        double weight = 1;
        double sum = 0;
        double most = 0;
        int common = 0;
        for (int i = 0; i < depth; i++) {
            if (i < one.size() && seenOne.add(one.get(i)) && seenOther.contains(one.get(i))) {
                common++;
            }
            if (i < other.size() && seenOther.add(other.get(i)) && seenOne.contains(other.get(i))) {
                common++;
            }
            sum += weight * common / (i + 1);
            most += weight;
            weight *= PERSISTENCE;
        }
        return sum / most;
    }

    /** The less alike of two, each by itself. */
    HitLikeness worse(HitLikeness other) {
        return new HitLikeness(
                Math.min(overlap, other.overlap),
                Math.min(jaccard, other.jaccard),
                Math.min(rankBiased, other.rankBiased));
    }
}
