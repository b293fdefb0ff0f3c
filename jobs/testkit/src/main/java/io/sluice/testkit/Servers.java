package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Plain calls to an Elasticsearch or OpenSearch node, for what a test or the demo wants to prepare and to
 * look up. Not a client: it knows no credentials and retries nothing.
 */
public final class Servers {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    private Servers() {}

    /**
     * Sends a request without a body.
     *
     * @param path with its query, beginning with a slash
     * @throws IOException when no answer comes; an answer of any status is returned
     */
    public static Answer call(URI endpoint, String method, String path) throws IOException {
        return call(endpoint, method, path, "");
    }

    /** Sends a request whose body, if not empty, is JSON or, for a bulk, lines of JSON. */
    public static Answer call(URI endpoint, String method, String path, String body) throws IOException {
        return call(endpoint, method, path, body, CALL_TIMEOUT);
    }

    /** Sends a body of any encoding. */
    public static Answer call(URI endpoint, String method, String path, String contentType, byte[] body)
            throws IOException {
        return send(HttpRequest.newBuilder(endpoint.resolve(path))
                .method(method, BodyPublishers.ofByteArray(body))
                .header("Content-Type", contentType)
                .timeout(CALL_TIMEOUT)
                .build());
    }

    static Answer call(URI endpoint, String method, String path, String body, Duration timeout) throws IOException {
        BodyPublisher publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return send(HttpRequest.newBuilder(endpoint.resolve(path))
                .method(method, publisher)
                .header("Content-Type", path.contains("_bulk") ? "application/x-ndjson" : "application/json")
                .timeout(timeout)
                .build());
    }

    private static Answer send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(
                    "Interrupted while waiting for " + request.method() + " " + request.uri(), interrupted);
        }
    }

    /**
     * Sends a request that must succeed.
     *
     * @throws IOException when it does not, with the server's answer
     */
    public static JsonNode succeed(URI endpoint, String method, String path, String body) throws IOException {
        Answer answer = call(endpoint, method, path, body);
        if (!answer.isOk()) {
            throw new IOException("%s %s must succeed but was answered with %d: %s"
                    .formatted(method, endpoint.resolve(path), answer.status(), answer.body()));
        }
        return answer.json();
    }

    /**
     * Makes a node as good as new for the next test: deletes its data streams, indices (hidden ones too),
     * index and component templates and snapshot repositories, and resets its dynamic settings. What a
     * repository holds is left.
     */
    public static void wipe(URI endpoint) throws IOException {
        deleteIfKnown(endpoint, "/_data_stream/*?expand_wildcards=all");
        deleteIfKnown(endpoint, "/_data_stream/*"); // OpenSearch has no such parameter
        deleteIndices(endpoint);
        deleteIfKnown(endpoint, "/_index_template/*");
        deleteIfKnown(endpoint, "/_component_template/*");
        succeed(endpoint, "DELETE", "/_template/*", "");
        for (String repository : names(succeed(endpoint, "GET", "/_snapshot", ""))) {
            succeed(endpoint, "DELETE", "/_snapshot/" + repository, "");
        }
        resetSettings(endpoint);
    }

    private static void deleteIndices(URI endpoint) throws IOException {
        JsonNode indices = succeed(endpoint, "GET", "/_all/_settings?expand_wildcards=all&flat_settings=true", "");
        for (String index : names(indices)) {
            // An index that is blocked would refuse; one that is gone meanwhile needs nothing.
            Answer answer = call(endpoint, "DELETE", "/" + index + "?ignore_unavailable=true");
            if (!answer.isOk()) {
                throw new IOException("Cannot delete index " + index + ": " + answer.body());
            }
        }
    }

    private static void resetSettings(URI endpoint) throws IOException {
        JsonNode settings = succeed(endpoint, "GET", "/_cluster/settings?flat_settings=true", "");
        if (!settings.path("persistent").isEmpty()
                || !settings.path("transient").isEmpty()) {
            succeed(endpoint, "PUT", "/_cluster/settings", "{\"persistent\":{\"*\":null},\"transient\":{\"*\":null}}");
        }
    }

    /** Older servers and those without a module answer 400 or 405: then there is nothing to delete. */
    private static void deleteIfKnown(URI endpoint, String path) throws IOException {
        Answer answer = call(endpoint, "DELETE", path);
        if (!answer.isOk() && answer.status() != 400 && answer.status() != 404 && answer.status() != 405) {
            throw new IOException("Cannot delete " + path + ": " + answer.status() + " " + answer.body());
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
