package io.sluice.source;

import java.io.Serializable;
import java.util.List;

/**
 * Operations on an index of the source of which nothing is known but their numbers.
 *
 * @param spans where they are
 * @param upTo what is accounted for when all that is found there is written, as {@link Swept#text} has it
 */
public record Gaps(List<Span> spans, String upTo) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Numbers of a shard, both ends included. */
    public record Span(int shard, long from, long to) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    public Gaps {
        spans = List.copyOf(spans);
    }

    /** How many numbers there are. */
    long size() {
        return spans.stream().mapToLong(span -> span.to() - span.from() + 1).sum();
    }
}
