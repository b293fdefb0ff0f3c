package io.sluice.replay.bypass;

import io.sluice.replay.bypass.CountNumbers.OfIndex;
import io.sluice.source.Gaps.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Which numbers nobody has. */
final class MissingNumbers {

    /** Of one index: each is a search of its own. */
    private static final int MOST_SPANS = 1_000;

    /** So many numbers can be shown by each sender, in a word of a megabyte. */
    private static final long MOST_SHOWN = 8L << 20;

    private MissingNumbers() {}

    /** All of them. */
    static List<Span> all(OfIndex of) {
        List<Span> spans = new ArrayList<>();
        of.upTo().forEach((shard, upTo) -> {
            long from = of.above().getOrDefault(shard, -1L) + 1;
            if (from <= upTo) {
                spans.add(new Span(shard, from, upTo));
            }
        });
        return spans;
    }

    /** Whether senders can be asked which they have. */
    static boolean canBeShown(Collection<OfIndex> indices) {
        return indices.stream()
                        .flatMap(of -> all(of).stream())
                        .mapToLong(span -> span.to() - span.from() + 1)
                        .sum()
                <= MOST_SHOWN;
    }

    /** Those that no sender has; where there would be too many spans, some in between that one has. */
    static List<Span> of(OfIndex of, List<Map<Integer, NumberSet>> shown) {
        List<Span> spans = new ArrayList<>();
        long between = 1;
        do {
            spans.clear();
            for (Span all : all(of)) {
                missing(all, shown, between, spans);
            }
            between *= 2;
        } while (spans.size() > Math.max(MOST_SPANS, of.upTo().size()));
        return spans;
    }

    /** Joins those with fewer numbers between them. */
    private static void missing(Span all, List<Map<Integer, NumberSet>> shown, long between, List<Span> into) {
        List<NumberSet> sets = shown.stream()
                .filter(one -> one.containsKey(all.shard()))
                .map(one -> one.get(all.shard()))
                .toList();
        long from = -1;
        long to = -1;
        for (long number = all.from(); number <= all.to(); number++) {
            long one = number;
            if (sets.stream().anyMatch(set -> set.has(one))) {
                continue;
            }
            if (from >= 0 && number - to > between) {
                into.add(new Span(all.shard(), from, to));
                from = -1;
            }
            from = from < 0 ? number : from;
            to = number;
        }
        if (from >= 0) {
            into.add(new Span(all.shard(), from, to));
        }
    }
}
