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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads every document of an index over scroll, as the server shows it, and keeps of each the key and a
 * hash of its source's bytes.
 *
 * <p>The hash is of the bytes as stored: the server copies them into its answer. A raw CR or LF counts as
 * a space; in valid JSON it can only be white space between tokens.
 *
 * <p>Memory grows with the number of documents, not with their size. Not safe for use by several threads.
 */
final class DocumentScan {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int PAGE = 250;

    private final HttpClient http;
    private final URI endpoint;
    private final MessageDigest sha256;
    private final Map<Key, Hash> documents = new HashMap<>();

    private @Nullable String scrollId;
    private int hitsOnPage;

    /** @param routing empty when the document has none */
    record Key(String id, String routing) {}

    /** The first 128 bits of a SHA-256. */
    record Hash(long high, long low) {}

    private DocumentScan(HttpClient http, URI endpoint) {
        this.http = http;
        this.endpoint = endpoint;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Every document of the index, after a refresh. */
    static Map<Key, Hash> of(HttpClient http, URI endpoint, String index) throws IOException {
        DocumentScan scan = new DocumentScan(http, endpoint);
        String path = "/" + URLEncoder.encode(index, StandardCharsets.UTF_8);
        scan.send("POST", path + "/_refresh", "");
        scan.readPage(
                scan.send("POST", path + "/_search?scroll=2m", "{\"size\":%d,\"sort\":[\"_doc\"]}".formatted(PAGE)));
        while (scan.hitsOnPage > 0) {
            scan.readPage(scan.send(
                    "POST", "/_search/scroll", "{\"scroll\":\"2m\",\"scroll_id\":\"%s\"}".formatted(scan.scrollId)));
        }
        scan.send("DELETE", "/_search/scroll", "{\"scroll_id\":\"%s\"}".formatted(scan.scrollId));
        return scan.documents;
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
        Hash hash = new Hash(0, 0);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "_id" -> id = json.getText();
                case "_routing" -> routing = json.getText();
                case "_source" -> {
                    int from = (int) json.currentTokenLocation().getByteOffset();
                    json.skipChildren();
                    hash = hash(page, from, (int) json.currentLocation().getByteOffset());
                }
                default -> json.skipChildren();
            }
        }
        hitsOnPage++;
        if (documents.put(new Key(id, routing), hash) != null) {
            throw new IOException("%s shows document %s (routing %s) twice".formatted(endpoint, id, routing));
        }
    }

    private Hash hash(byte[] page, int from, int to) {
        for (int i = from; i < to; i++) {
            if (page[i] == '\n' || page[i] == '\r') {
                page[i] = ' ';
            }
        }
        sha256.update(page, from, to - from);
        byte[] digest = sha256.digest();
        return new Hash(longAt(digest, 0), longAt(digest, Long.BYTES));
    }

    private static long longAt(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = (value << 8) | (bytes[offset + i] & 0xFF);
        }
        return value;
    }
}
