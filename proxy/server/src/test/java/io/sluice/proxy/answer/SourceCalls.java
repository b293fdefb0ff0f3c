package io.sluice.proxy.answer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Calls to a server whose answers are kept as they come over the wire. */
public final class SourceCalls {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final URI endpoint;

    public SourceCalls(URI endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * A request.
     *
     * @param target with its query
     */
    public record Call(String method, String target, String body) {

        public Call(String method, String target) {
            this(method, target, "");
        }

        /** The same with one more parameter. */
        public Call with(String parameter) {
            return new Call(method, target + (target.indexOf('?') < 0 ? "?" : "&") + parameter, body);
        }
    }

    /** An answer as it came. */
    public record Reply(int status, HeaderValues headers, byte[] body) {

        /** What the body is without its compression. */
        public byte[] decompressed() throws IOException {
            boolean zipped = headers.of("Content-Encoding").contains("gzip");
            return zipped ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes() : body;
        }

        public String text() throws IOException {
            return new String(decompressed(), StandardCharsets.UTF_8);
        }
    }

    public Reply send(Call call, String... headers) throws IOException {
        boolean bulk = call.target().contains("_bulk");
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(call.target()))
                .method(call.method(), BodyPublishers.ofString(call.body()))
                .header("Content-Type", bulk ? "application/x-ndjson" : "application/json")
                .timeout(TIMEOUT);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.headers()::allValues, response.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted during " + call, interrupted);
        }
    }

    public void sendAll(List<Call> calls) throws IOException {
        for (Call call : calls) {
            send(call);
        }
    }
}
