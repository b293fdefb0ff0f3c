package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads every document of an index over scroll, as the server shows it. */
public final class DocumentScan {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int PAGE = 250;

    private final HttpClient http;
    private final URI endpoint;
    private final Visitor visitor;

    private @Nullable String scrollId;
    private int hitsOnPage;

    /** What to do with a document. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes a document. */
        void see(Hit hit) throws IOException;
    }

    /**
     * A document, whose source is {@code page[from, to)}: the bytes as stored, which the server copies into its answer.
     * Both are 0 when it has none.
     *
     * @param routing empty when the document has none
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares hits, and a copy of every source would be a waste
    public record Hit(String id, String routing, long version, long seqNo, byte[] page, int from, int to) {}

    private DocumentScan(HttpClient http, URI endpoint, Visitor visitor) {
        this.http = http;
        this.endpoint = endpoint;
        this.visitor = visitor;
    }

    /** Shows every document of the index, after a refresh. */
    public static void each(HttpClient http, URI endpoint, String index, Visitor visitor) throws IOException {
        DocumentScan scan = new DocumentScan(http, endpoint, visitor);
        String path = "/" + URLEncoder.encode(index, StandardCharsets.UTF_8);
        scan.send("POST", path + "/_refresh", "");
        scan.readPage(scan.send(
                "POST",
                path + "/_search?scroll=2m",
                "{\"size\":%d,\"sort\":[\"_doc\"],\"version\":true,\"seq_no_primary_term\":true}".formatted(PAGE)));
        while (scan.hitsOnPage > 0) {
            scan.readPage(scan.send(
                    "POST", "/_search/scroll", "{\"scroll\":\"2m\",\"scroll_id\":\"%s\"}".formatted(scan.scrollId)));
        }
        scan.send("DELETE", "/_search/scroll", "{\"scroll_id\":\"%s\"}".formatted(scan.scrollId));
    }

    private byte[] send(String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(endpoint.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException("%s %s%s answered %d: %s"
                        .formatted(
                                method,
                                endpoint,
                                path,
                                answer.statusCode(),
                                new String(answer.body(), StandardCharsets.UTF_8)));
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + path, e);
        }
    }

    private void readPage(byte[] page) throws IOException {
        hitsOnPage = 0;
        try (JsonParser json = JSON.createParser(page)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                if (field.equals("_scroll_id")) {
                    scrollId = json.getText();
                } else if (field.equals("hits")) {
                    readHits(json, page);
                } else if (field.equals("_shards")) {
                    refuseFailedShards(json);
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void refuseFailedShards(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("failed") && json.getIntValue() > 0) {
                throw new IOException(endpoint + " could not read every shard");
            }
            json.skipChildren();
        }
    }

    private void readHits(JsonParser json, byte[] page) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("hits")) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    readHit(json, page);
                }
            } else {
                json.skipChildren();
            }
        }
    }

    private void readHit(JsonParser json, byte[] page) throws IOException {
        String id = "";
        String routing = "";
        long version = -1;
        long seqNo = -1;
        int from = 0;
        int to = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "_id" -> id = json.getText();
                case "_routing" -> routing = json.getText();
                case "_version" -> version = json.getLongValue();
                case "_seq_no" -> seqNo = json.getLongValue();
                case "_source" -> {
                    from = (int) json.currentTokenLocation().getByteOffset();
                    json.skipChildren();
                    to = (int) json.currentLocation().getByteOffset();
                }
                default -> json.skipChildren();
            }
        }
        hitsOnPage++;
        visitor.see(new Hit(id, routing, version, seqNo, page, from, to));
    }
}
