package io.sluice.source;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * What is left to be read of a shard, by sequence number. A document that changes meanwhile gets a higher one, so it is met once
 * more or lies behind the end; none that stays is missed, whichever copy of the shard answers. Used by one thread at a time.
 *
 * <p>A number may have several documents: an index that was shrunk has one of each shard that it came of. So a page that ends within
 * a number, or may do so, is followed by one that begins with it again.
 */
final class Stretch {

    private static final long WIDEST = 1L << 40;

    /** Servers give no more than that at a time; an index has no more than 1,024 shards that could be made one. */
    private static final int LARGEST_PAGE = 10_000;

    final String index;
    final int shard;
    /** Whether it is of the target. */
    final boolean ofTarget;

    private final long to;
    private long from;
    private long width = 1;
    /** Up to where numbers were counted. */
    private long met;

    private int size;
    private int least = 1;

    /** From one number to another, both of them included. */
    Stretch(String index, int shard, boolean ofTarget, long from, long to) {
        this.index = index;
        this.shard = shard;
        this.ofTarget = ofTarget;
        this.from = from;
        this.to = to;
        this.met = from - 1;
    }

    boolean isEmpty() {
        return from > to;
    }

    private long end() {
        return Math.min(to, from + width - 1);
    }

    /**
     * The search for its next documents. Not all of it is searched at once: what is found has to be sorted.
     *
     * @param most how many are asked for; more only where as many have one number
     */
    ObjectNode search(int most) {
        size = Math.max(least, most);
        width = Math.max(width, size);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("size", size).put("version", true).put("track_total_hits", false);
        body.put("_source", !ofTarget);
        body.putArray("sort").addObject().put("_seq_no", "asc");
        body.putObject("query")
                .putObject("range")
                .putObject("_seq_no")
                .put("gte", from)
                .put("lte", end());
        return body;
    }

    /**
     * Goes on behind what the last search found; wider where little is.
     *
     * @return how many numbers were met that no search before had met
     */
    long found(List<FoundDocument> documents) throws IOException {
        long numbers = count(documents);
        if (documents.size() < size) {
            from = end() + 1;
            width = Math.min(WIDEST, width * 2);
            return numbers;
        }
        long last = documents.get(documents.size() - 1).seqNo();
        if (last == documents.get(0).seqNo()) {
            widen(last);
        }
        from = last; // there may be more of this number
        width = Math.max(size, width / 2);
        return numbers;
    }

    /** A page of one number alone does not tell whether there are more of it. */
    private void widen(long number) throws IOException {
        if (size >= LARGEST_PAGE) {
            throw new IOException(
                    "shard %d of %s has %d documents or more of the sequence number %d; no server makes so many"
                            .formatted(shard, index, size, number));
        }
        least = Math.min(LARGEST_PAGE, size * 2);
    }

    private long count(List<FoundDocument> documents) throws IOException {
        long numbers = 0;
        long before = from;
        for (FoundDocument document : documents) {
            if (document.seqNo() < before) {
                throw new IOException("a search of %s was not sorted by sequence number".formatted(index));
            }
            before = document.seqNo();
            if (before > met) {
                met = before;
                numbers++;
            }
        }
        return numbers;
    }
}
