package io.sluice.replay.ask;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * What is left to be read of a shard, by sequence number. A document that changes meanwhile gets a higher one, so it is met once
 * more or lies behind the end; none that stays is missed, whichever copy of the shard answers. Used by one thread at a time.
 */
final class Stretch {

    private static final long WIDEST = 1L << 40;

    final String index;
    final int shard;
    /** Whether it is of the target. */
    final boolean ofTarget;

    private final long to;
    private long from;
    private long width = 1;

    /** From one number to another, both of them included. */
    Stretch(String index, int shard, boolean ofTarget, long from, long to) {
        this.index = index;
        this.shard = shard;
        this.ofTarget = ofTarget;
        this.from = from;
        this.to = to;
    }

    boolean isEmpty() {
        return from > to;
    }

    private long end() {
        return Math.min(to, from + width - 1);
    }

    /** The search for its next documents. Not all of it is searched at once: what is found has to be sorted. */
    ObjectNode search(int most) {
        width = Math.max(width, most);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("size", most).put("version", true).put("track_total_hits", false);
        body.put("_source", !ofTarget);
        body.putArray("sort").addObject().put("_seq_no", "asc");
        body.putObject("query")
                .putObject("range")
                .putObject("_seq_no")
                .put("gte", from)
                .put("lte", end());
        return body;
    }

    /** Goes on behind what the search found; wider where little is. */
    void found(List<FoundDocument> documents, int most) throws IOException {
        if (documents.size() < most) {
            from = end() + 1;
            width = Math.min(WIDEST, width * 2);
            return;
        }
        long last = documents.get(documents.size() - 1).seqNo();
        if (last < from) {
            throw new IOException("a search of %s was not sorted by sequence number".formatted(index));
        }
        from = last + 1;
        width = Math.max(most, width / 2);
    }
}
