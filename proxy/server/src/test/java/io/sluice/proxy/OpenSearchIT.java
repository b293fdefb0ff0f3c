package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HostPort;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A real OpenSearch 2 answers through the proxy what it answers without it, byte for byte. */
@ExtendWith(LeakCheck.class)
class OpenSearchIT {

    private final URI endpoint = SharedServers.openSearch2().endpoint();
    private final HostPort address = new HostPort(endpoint.getHost(), endpoint.getPort());
    private final MemoryRecorder recorder = new MemoryRecorder();

    @BeforeEach
    void fill() throws Exception {
        Servers.wipe(endpoint);
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            bulk.append("{\"index\":{\"_id\":\"")
                    .append(i)
                    .append("\"}}\n{\"n\":")
                    .append(i)
                    .append(",\"text\":\"")
                    .append("bücher ".repeat(i))
                    .append("\"}\n");
        }
        Servers.succeed(endpoint, "PUT", "/books", "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0}}");
        Servers.succeed(endpoint, "POST", "/books/_bulk?refresh=true", bulk.toString());
    }

    private static List<byte[]> requests() throws Exception {
        String search = "{\"query\":{\"match_all\":{}},\"sort\":[\"n\"],\"size\":500}";
        List<byte[]> requests = new ArrayList<>();
        requests.add(text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        requests.add(text("HEAD /books HTTP/1.1\r\nHost: a\r\n\r\n"));
        requests.add(text("HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n"));
        requests.add(text(
                "GET /books/_doc/7?pretty HTTP/1.1\r\nHost: a\r\nX-Opaque-Id: me\r\nAccept-Encoding: gzip\r\n\r\n"));
        requests.add(text("GET /books/_doc/none HTTP/1.1\r\nHost: a\r\n\r\n"));
        requests.add(text("GET /b%C3%BC/_search HTTP/1.1\r\nHost: a\r\n\r\n"));
        requests.add(text(
                "POST /books/_search?filter_path=hits.hits._id HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + search.length() + "\r\n\r\n" + search));
        requests.add(
                text("GET /books/_search?filter_path=hits HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(search.length()) + "\r\n" + search
                        + "\r\n0\r\n\r\n"));
        requests.add(
                text(
                        "PUT /books/_doc/7 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{\"n\":"));
        requests.add(text(
                "POST /books/_count HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"));
        requests.add(gzipped(search));
        requests.add(text("GET /books/_search/scroll?scroll_id=" + "A".repeat(3000) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
        requests.add(text("OPTIONS /books HTTP/1.1\r\nHost: a\r\n\r\n"));
        requests.add(text("TRACE /books HTTP/1.1\r\nHost: a\r\n\r\n"));
        // The last one: OpenSearch does not say to a client of this age that it keeps the connection.
        requests.add(text("GET /_cat/indices?h=index,docs.count HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
        return requests;
    }

    private static byte[] gzipped(String body) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(text(
                "POST /books/_search?filter_path=hits.hits._source.n HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        + "Content-Encoding: gzip\r\nAccept-Encoding: gzip\r\nContent-Length: " + packed.size()
                        + "\r\n\r\n"));
        request.writeBytes(packed.toByteArray());
        return request.toByteArray();
    }

    @Test
    void clientsGetTheBytesThatTheyGetWithoutTheProxy() throws Exception {
        try (Proxy proxy = TestProxy.before(address).start(recorder)) {
            for (byte[] request : requests()) {
                String direct = ask(endpoint.getPort(), request);
                String through = ask(proxy.port(), request);

                assertThat(told(through))
                        .as(new String(request, StandardCharsets.ISO_8859_1))
                        .isEqualTo(told(direct));
                assertThat(recorder.next().whole().mistakes()).isEmpty();
            }
        }
    }

    @Test
    void manyRequestsOfOneConnectionAreAnsweredAsWithoutTheProxy() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] request : requests()) {
            all.writeBytes(request);
        }
        try (Proxy proxy = TestProxy.before(address).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(all.toByteArray());

            for (byte[] request : requests()) {
                assertThat(told(client.answerTo(request)))
                        .as(new String(request, StandardCharsets.ISO_8859_1))
                        .isEqualTo(told(ask(endpoint.getPort(), request)));
            }
        }
    }

    private static String ask(int port, byte[] request) throws Exception {
        try (RawClient client = new RawClient(port)) {
            return client.send(request).answerTo(request);
        }
    }

    @Test
    void aBulkGoesInWholeAndIsRecordedWhole() throws Exception {
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            bulk.append("{\"index\":{}}\n{\"n\":")
                    .append(i)
                    .append(",\"text\":\"")
                    .append("x".repeat(500))
                    .append("\"}\n");
        }
        try (Proxy proxy = TestProxy.before(address).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.socket().setSoTimeout(120_000);
            String answer = client.ask(
                    "POST /books/_bulk?refresh=true HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n"
                            + "Content-Length: " + bulk.length() + "\r\n\r\n" + bulk);

            assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("\"errors\":false");
            MemoryRecorder.Recorded exchange = recorder.next().whole();
            assertThat(exchange.requestText()).isEqualTo(bulk.toString());
            assertThat(answer).isEqualTo(exchange.answerHead() + exchange.answerText());
            assertThat(Servers.succeed(endpoint, "GET", "/books/_count", "")
                            .path("count")
                            .asInt())
                    .isEqualTo(20_500);
        }
    }

    @Test
    void theAnswerToABodyThatIsTooLargeForTheClusterIsDelivered() throws Exception {
        byte[] megabyte = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        try (Proxy proxy = TestProxy.before(address).start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            client.send(
                    "POST /books/_bulk HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
                            + 110 * megabyte.length + "\r\n\r\n");
            try {
                for (int i = 0; i < 110; i++) {
                    client.send(megabyte);
                }
            } catch (java.io.IOException closed) {
                assertThat(closed).isNotNull(); // the answer came before the end, and after it the connection's
            }

            assertThat(client.answer()).startsWith("HTTP/1.1 413 ");
        }
    }

    /** Without what differs from one moment to the next. */
    private static String told(String answers) {
        String told = answers.replaceAll("\"took\" ?: ?\\d+", "\"took\":0");
        return told.equals(answers) ? told : told.replaceFirst("(?i)(content-length): \\d+", "$1: #");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
