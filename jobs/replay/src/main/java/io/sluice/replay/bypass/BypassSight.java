package io.sluice.replay.bypass;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of operations on the source that were not captured.
 *
 * @param validUntilMillis when the source has to have been looked at again; 0 before it was for the first time
 * @param checkedUntilMillis every operation of before is accounted for, or told of in the rest; 0 before the first look is judged
 * @param found how many operations were found that were not captured
 * @param closing indices that are gone over, with the number of operations that are missing
 * @param again indices for which something must be done by hand, and what, and why
 * @param unclosed indices that could not be gone over, with the rule
 * @param openBackfills indices that the backfill has not carried yet
 * @param unchecked indices of which nothing can be said, or not of all times, and why
 * @param ahead indices of which the target has a document in a version above all numbers that the source has given, with the highest such version
 * @param trouble why the source cannot be looked at, or empty
 */
public record BypassSight(
        long validUntilMillis,
        long checkedUntilMillis,
        long found,
        SortedMap<String, Long> closing,
        SortedMap<String, String> again,
        SortedMap<String, String> unclosed,
        SortedSet<String> openBackfills,
        SortedMap<String, String> unchecked,
        SortedMap<String, Long> ahead,
        String trouble) {

    /** Nothing is looked at, or nothing was yet. */
    public static final BypassSight NOTHING = new BypassSight(
            0,
            0,
            0,
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeSet<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            "");

    private static final int MOST_NAMED = 5;

    /** Why the target may lack something, as parts of a sentence; nothing when all agrees. */
    public List<String> reasons(long nowMillis) {
        List<String> reasons = new ArrayList<>();
        again.entrySet().stream()
                .limit(MOST_NAMED)
                .forEach(index -> reasons.add(index.getKey() + " " + index.getValue()));
        closing.entrySet().stream()
                .limit(MOST_NAMED)
                .forEach(index -> reasons.add("%d operations on %s were not captured, and are looked for at the source"
                        .formatted(index.getValue(), index.getKey())));
        unclosed.entrySet().stream()
                .limit(MOST_NAMED)
                .forEach(index -> reasons.add("what was not captured of %s cannot be carried over: %s"
                        .formatted(index.getKey(), index.getValue())));
        openBackfills.stream()
                .limit(MOST_NAMED)
                .forEach(index -> reasons.add("the backfill of %s is not complete".formatted(index)));
        if (reasons.isEmpty() && nowMillis > validUntilMillis) {
            reasons.add(
                    trouble.isEmpty()
                            ? "the numbers of the source's operations are not compared yet"
                            : "the numbers of the source's operations cannot be compared: " + trouble);
        }
        return reasons;
    }
}
