package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.config.ClusterConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice clusters curl}: any request, with the credentials of the configuration. */
@Command(name = "curl", description = "Sends any request to a cluster, with its credentials.")
final class CurlCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long MAX_BODY = 100L * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private Sides sides;

    @Option(
            names = {"-X", "--request"},
            paramLabel = "METHOD",
            description = "Default: GET, or POST with -d.")
    private String method = "";

    @Option(
            names = {"-d", "--data"},
            paramLabel = "BODY",
            description = "The body, or @FILE.")
    private String data = "";

    @Parameters(paramLabel = "PATH", description = "With its query: /_cat/indices?v")
    private String path;

    private final Invocation invocation;

    CurlCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Map.Entry<String, ClusterConfig> side = sides.one(invocation);
        byte[] body = body();
        String verb = method.isEmpty() ? (body.length == 0 ? "GET" : "POST") : method.toUpperCase(Locale.ROOT);
        RawResponse answer;
        try (RawHttp http = RawHttps.open(ClusterAddresses.of(side.getValue()), RawHttpOptions.DEFAULT)) {
            answer = http.send(request(verb, body)).get();
        } catch (ExecutionException failed) {
            throw CommandException.failed(
                    "Cannot send " + verb + " " + path + " to the " + side.getKey() + ": "
                            + String.valueOf(failed.getCause()).replaceFirst("^\\S*Exception: ", ""),
                    failed);
        }
        show(answer);
        return answer.status() < 400 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private RawRequest request(String verb, byte[] body) {
        String absolute = path.startsWith("/") ? path : "/" + path;
        String contentType = body.length == 0
                ? ""
                : absolute.matches(".*/_(bulk|msearch)(\\?.*)?") ? "application/x-ndjson" : "application/json";
        List<ByteBuffer> pieces = body.length == 0 ? List.of() : List.of(ByteBuffer.wrap(body));
        return new RawRequest(verb, absolute, contentType, pieces, LIMIT);
    }

    private byte[] body() throws CommandException {
        if (!data.startsWith("@")) {
            return data.getBytes(StandardCharsets.UTF_8);
        }
        Path file = invocation.resolve(data.substring(1));
        try {
            if (Files.size(file) > MAX_BODY) {
                throw CommandException.wrongUsage(file + " is larger than " + MAX_BODY + " bytes.");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException absent) {
            throw CommandException.wrongUsage("There is no " + file + ". Name the body with -d @FILE.");
        } catch (IOException unreadable) {
            throw CommandException.wrongUsage("Cannot read " + file + ": " + unreadable);
        }
    }

    private void show(RawResponse answer) {
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        if (!text.isEmpty()) {
            invocation.output().line(text.stripTrailing());
        }
        if (answer.status() >= 400) {
            invocation.output().error("The cluster answered " + answer.status() + ".");
        }
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("status", answer.status());
        document.set("body", json(text));
        invocation.output().document(document);
    }

    private static JsonNode json(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return json.isMissingNode() ? TextNode.valueOf("") : json;
        } catch (IOException plainText) {
            return TextNode.valueOf(text);
        }
    }
}
