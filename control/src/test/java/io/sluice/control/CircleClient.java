package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A client with a connection of its own, whose writes must succeed. */
final class CircleClient {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper mapper = new ObjectMapper();
    private final URI through;

    CircleClient(URI through) {
        this.through = through;
    }

    void put(String path, String document) throws IOException {
        send("PUT", path, document);
    }

    void delete(String path) throws IOException {
        send("DELETE", path, "");
    }

    /** Sends lines of actions and documents, and fails if one of them does. */
    void bulk(String lines) throws IOException {
        JsonNode answer = send("POST", "/_bulk", lines);
        if (answer.path("errors").asBoolean()) {
            throw new IOException("a bulk must succeed but was answered with " + answer);
        }
    }

    JsonNode send(String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(through.resolve(path))
                .header("Content-Type", path.contains("_bulk") ? "application/x-ndjson" : "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IOException("%s %s must succeed but was answered with %d: %s"
                        .formatted(method, path, answer.statusCode(), answer.body()));
            }
            return mapper.readTree(answer.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
