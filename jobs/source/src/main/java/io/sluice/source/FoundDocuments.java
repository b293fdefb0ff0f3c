package io.sluice.source;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The documents of one answer, as a list. */
final class FoundDocuments {

    private FoundDocuments() {}

    /**
     * The documents of a {@code _mget}, in the order in which they were asked for.
     *
     * @param expected how many were asked for
     * @throws IOException when this is no such answer, or was cut
     */
    static List<FoundDocument> ofMget(byte[] body, int expected) throws IOException {
        List<FoundDocument> documents = new ArrayList<>();
        new DocumentPage(JsonParser::skipChildren).read(body, documents::add);
        if (documents.size() != expected) {
            throw new IOException("%d documents were asked for, and %d answered".formatted(expected, documents.size()));
        }
        return documents;
    }

    /**
     * The hits of a {@code _search}.
     *
     * @throws IOException when this is no such answer, was cut, or lacks the hits of a shard
     */
    static List<FoundDocument> ofSearch(byte[] body) throws IOException {
        List<FoundDocument> documents = new ArrayList<>();
        DocumentPage page = new DocumentPage(JsonParser::skipChildren, true);
        page.read(body, documents::add);
        if (!page.isWhole()) {
            throw new IOException("a search did not reach all shards in time");
        }
        return documents;
    }

    /** The id by which a search goes on. */
    static String scrollId(byte[] body) throws IOException {
        DocumentPage page = new DocumentPage(JsonParser::skipChildren);
        page.read(body, document -> {});
        if (page.scrollId().isEmpty()) {
            throw new IOException("expected a search that goes on, but found no _scroll_id");
        }
        return page.scrollId();
    }
}
