package io.sluice.source;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole of an index whose sequence numbers are not used, or that has none. A page is given once: after one that fails it
 * begins anew. Used by one
 * thread at a time.
 */
final class Scroll {

    private static final String KEPT_FOR = "5m";

    private final SourceCalls calls;
    private final String index;
    private @Nullable String id;

    Scroll(SourceCalls calls, String index) {
        this.calls = calls;
        this.index = index;
    }

    /** The next documents; none at the end. */
    CompletableFuture<List<FoundDocument>> next(int most) {
        String last = id;
        id = null;
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        CompletableFuture<byte[]> page = last == null
                ? calls.scroll(index, KEPT_FOR, body.put("size", most).put("version", true))
                : calls.scrollOn(body.put("scroll", KEPT_FOR).put("scroll_id", last));
        return page.thenApply(this::read);
    }

    /** The next page is the first one. */
    void beginAnew() {
        if (id != null) {
            calls.endScroll(id);
            id = null;
        }
    }

    private List<FoundDocument> read(byte[] body) {
        try {
            List<FoundDocument> hits = FoundDocuments.ofSearch(body);
            String next = FoundDocuments.scrollId(body);
            if (hits.isEmpty()) {
                calls.endScroll(next);
            } else {
                id = next;
            }
            return hits;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
