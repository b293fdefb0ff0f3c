package io.sluice.control.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One request to a Flink, and what its answer means. May be called from any thread. */
final class RestCall {

    static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    /** A jar of some hundred megabytes over a slow line; running its main class. */
    static final Duration LONG_ANSWER_LIMIT = Duration.ofMinutes(10);

    private static final int MAX_REASON = 400;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT_LIMIT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final String address;

    RestCall(URI address) {
        this.address = address.toString().replaceFirst("/+$", "");
    }

    String address() {
        return address;
    }

    JsonNode get(String what, String path) throws FlinkException {
        return send(what, request(path, ANSWER_LIMIT).GET());
    }

    JsonNode post(String what, String path, JsonNode body) throws FlinkException {
        return send(what, json(request(path, LONG_ANSWER_LIMIT)).POST(text(body)));
    }

    JsonNode put(String what, String path, JsonNode body) throws FlinkException {
        return send(what, json(request(path, ANSWER_LIMIT)).PUT(text(body)));
    }

    JsonNode patch(String what, String path) throws FlinkException {
        return send(what, request(path, ANSWER_LIMIT).method("PATCH", BodyPublishers.noBody()));
    }

    JsonNode delete(String what, String path) throws FlinkException {
        return send(what, request(path, ANSWER_LIMIT).DELETE());
    }

    JsonNode upload(String what, String path, String contentType, BodyPublisher body) throws FlinkException {
        return send(
                what,
                request(path, LONG_ANSWER_LIMIT)
                        .header("Content-Type", contentType)
                        .POST(body));
    }

    private HttpRequest.Builder request(String path, Duration limit) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(limit);
    }

    private static HttpRequest.Builder json(HttpRequest.Builder request) {
        return request.header("Content-Type", "application/json");
    }

    private static BodyPublisher text(JsonNode body) {
        return BodyPublishers.ofString(body.toString());
    }

    private JsonNode send(String what, HttpRequest.Builder request) throws FlinkException {
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException unreachable) {
            throw new FlinkException(
                    "Cannot " + what + ": no answer from Flink at " + address + " (" + reason(unreachable)
                            + "). Is it running, and may this host connect to it?",
                    0,
                    unreachable);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new FlinkException("Interrupted while it was to " + what, 0, interrupt);
        }
        if (answer.statusCode() >= 300) {
            throw refusal(what, answer.statusCode(), answer.body());
        }
        return parsed(what, answer);
    }

    private JsonNode parsed(String what, HttpResponse<byte[]> answer) throws FlinkException {
        try {
            JsonNode json = JSON.readTree(answer.body());
            return json == null ? JSON.createObjectNode() : json;
        } catch (IOException notJson) {
            String message = "Cannot " + what + ": what answers at " + address
                    + " speaks no JSON. Is flink.rest the REST address of a JobManager?";
            throw new FlinkException(message, answer.statusCode(), notJson);
        }
    }

    private FlinkException refusal(String what, int status, byte[] body) {
        String reason = "no reason given";
        try {
            JsonNode errors = JSON.readTree(body).path("errors");
            List<String> texts = errors.isArray()
                    ? StreamSupport.stream(errors.spliterator(), false)
                            .map(JsonNode::asText)
                            .toList()
                    : List.of();
            reason = StackTraceText.rootCause(String.join("\n", texts));
        } catch (IOException notJson) {
            reason = "it speaks no JSON; is flink.rest the REST address of a JobManager?";
        }
        String told = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) + "…" : reason;
        return new FlinkException(
                "Cannot " + what + ": Flink at " + address + " answered " + status + ": " + told, status, null);
    }

    private static String reason(IOException failure) {
        @Nullable String message = failure.getMessage();
        String name = failure.getClass().getSimpleName();
        return message == null ? name : name + ": " + message;
    }
}
