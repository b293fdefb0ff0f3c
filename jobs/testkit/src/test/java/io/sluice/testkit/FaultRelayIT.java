package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultRelayIT {

    private static final String DOCUMENT = "{\"a\":1}";

    private final URI node = SharedServers.openSearch2().endpoint();
    private FaultRelay relay;

    @BeforeEach
    void startRelay() throws IOException {
        Servers.wipe(node);
        relay = FaultRelay.to(node);
    }

    @AfterEach
    void stopRelay() {
        relay.close();
    }

    @Test
    void letsEverythingPassByDefault() throws Exception {
        Servers.succeed(relay.endpoint(), "PUT", "/books/_doc/1?refresh=true", DOCUMENT);

        Answer found = Servers.call(relay.endpoint(), "GET", "/books/_doc/1");
        Answer head = Servers.call(relay.endpoint(), "HEAD", "/books");
        Answer missing = Servers.call(relay.endpoint(), "GET", "/books/_doc/2");

        assertThat(found.json().at("/_source/a").asInt()).isEqualTo(1);
        assertThat(head).isEqualTo(new Answer(200, ""));
        assertThat(missing.status()).isEqualTo(404);
        assertThat(relay.counts().passed()).isEqualTo(4);
        assertThat(relay.counts().broken()).isZero();
    }

    @Test
    void keepsAConnectionOpenForOneRequestAfterAnother() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", relay.endpoint().getPort())) {
            socket.setSoTimeout(10_000);

            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(ascii("GET /_cluster/health HTTP/1.1\r\nHost: x\r\n\r\n"));

                assertThat(readAnswer(socket)).contains("\"status\":\"green\"");
            }
        }

        assertThat(relay.counts().connections()).isEqualTo(1);
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", relay.endpoint().getPort())) {
            socket.setSoTimeout(10_000);

            socket.getOutputStream()
                    .write(ascii("GET /_cluster/health HTTP/1.1\r\nHost: x\r\n\r\n"
                            + "GET /_no_such_path HTTP/1.1\r\nHost: x\r\n\r\n"));

            assertThat(readAnswer(socket)).contains("\"status\":\"green\"");
            assertThat(readAnswer(socket)).contains("\"error\"");
        }
    }

    /** A node of this size refuses to index that much at once, so a sink is asked instead. */
    @Test
    void carriesBodiesOfAHundredMegabytesInBothDirections() throws Exception {
        String action = "{\"index\":{}}\n{}\n";
        int actions = (100 << 20) / action.length();
        try (BulkSink sink = BulkSink.start(1);
                FaultRelay toSink = FaultRelay.to(sink.endpoint())) {

            Answer answer = Servers.call(toSink.endpoint(), "POST", "/_bulk", action.repeat(actions));

            assertThat(sink.counts()).isEqualTo(new SinkCounts(1, actions, (long) actions * action.length()));
            assertThat(answer.body()).hasSizeGreaterThan(100 << 20).endsWith("{\"index\":{\"status\":201}}]}");
        }
    }

    @Test
    void carriesChunkedBodies() throws Exception {
        byte[] document = "{\"a\":\"%s\"}".formatted("x".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8);
        HttpRequest chunked = HttpRequest.newBuilder(relay.endpoint().resolve("/books/_doc/1"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(document)))
                .build();

        HttpResponse<String> answer = HttpClient.newHttpClient().send(chunked, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(Servers.call(node, "GET", "/books/_source/1").body()).hasSize(document.length);
    }

    @Test
    void refusesWithoutTheNodeHavingSeenTheRequest() throws Exception {
        relay.plan(FaultPlan.seeded(1).with(1, new Fault.Refuse(429)));

        Answer answer = Servers.call(relay.endpoint(), "PUT", "/books/_doc/1", DOCUMENT);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.json().path("status").asInt()).isEqualTo(429);
        assertThat(Servers.call(node, "HEAD", "/books").status()).isEqualTo(404);
        assertThat(relay.counts().refused()).isEqualTo(1);
    }

    @Test
    void tells503AlthoughTheNodeHasAppliedTheRequest() throws Exception {
        relay.plan(FaultPlan.seeded(1).with(1, new Fault.ApplyThenRefuse(503)));

        Answer answer = Servers.call(relay.endpoint(), "PUT", "/books/_doc/1", DOCUMENT);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(Servers.call(node, "GET", "/books/_doc/1").status()).isEqualTo(200);
        assertThat(relay.counts().appliedThenRefused()).isEqualTo(1);
    }

    @Test
    void delaysARequest() throws Exception {
        relay.plan(FaultPlan.seeded(1).with(1, new Fault.Delay(Duration.ofMillis(400))));
        long before = System.nanoTime();

        Servers.succeed(relay.endpoint(), "GET", "/", "");

        assertThat(System.nanoTime() - before)
                .isGreaterThan(Duration.ofMillis(400).toNanos());
        assertThat(relay.counts().delayed()).isEqualTo(1);
    }

    @Test
    void cutsAnAnswerAfterTheNodeHasAppliedTheRequest() throws Exception {
        relay.plan(FaultPlan.seeded(1).with(1, new Fault.CutAnswer()));

        assertThatThrownBy(() -> Servers.call(relay.endpoint(), "PUT", "/books/_doc/1", DOCUMENT))
                .isInstanceOf(IOException.class);

        assertThat(Servers.call(node, "GET", "/books/_doc/1").status()).isEqualTo(200);
        assertThat(relay.counts().cutAnswers()).isEqualTo(1);
    }

    @Test
    void cutsARequestSoThatTheNodeNeverHasItWhole() throws Exception {
        relay.plan(FaultPlan.seeded(1).with(1, new Fault.CutRequest()));

        assertThatThrownBy(() -> Servers.call(relay.endpoint(), "PUT", "/books/_doc/1", DOCUMENT))
                .isInstanceOf(IOException.class);

        assertThat(Servers.call(node, "HEAD", "/books").status()).isEqualTo(404);
        assertThat(relay.counts().cutRequests()).isEqualTo(1);
    }

    @Test
    void refusesConnectionsUntilToldOtherwise() throws Exception {
        Servers.succeed(relay.endpoint(), "GET", "/", "");
        relay.refuseConnections();

        assertThatThrownBy(() -> Servers.call(relay.endpoint(), "GET", "/")).isInstanceOf(ConnectException.class);

        relay.acceptConnections();

        assertThat(Servers.call(relay.endpoint(), "GET", "/").status()).isEqualTo(200);
    }

    @Test
    void hurtsAShareOfTheMatchingRequestsAndRepeatsItForTheSameSeed() throws Exception {
        FaultPlan plan = FaultPlan.seeded(7).onlyFor("/_count").with(0.3, new Fault.Refuse(503));

        relay.plan(plan);
        List<Integer> first = statuses("/_count", 100);
        relay.plan(plan);
        List<Integer> second = statuses("/_count", 100);
        List<Integer> others = statuses("/_cluster/health", 20);

        assertThat(second).isEqualTo(first);
        assertThat(first.stream().filter(status -> status == 503).count()).isBetween(15L, 45L);
        assertThat(others).containsOnly(200);
    }

    @Test
    void endsTheClientsConnectionWhenTheNodeIsKilled() throws Exception {
        try (BulkSinkProcess sink = BulkSinkProcess.start(1);
                FaultRelay toSink = FaultRelay.to(sink.endpoint());
                Socket socket = new Socket("127.0.0.1", toSink.endpoint().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(ascii("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
            assertThat(readAnswer(socket)).contains("2.19.6");

            ProcessHandle.of(sink.pid()).orElseThrow().destroyForcibly();

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private List<Integer> statuses(String path, int times) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            statuses.add(Servers.call(relay.endpoint(), "GET", path).status());
        }
        return statuses;
    }

    /** Reads one answer that has a content-length. */
    private static String readAnswer(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("The connection ended after: " + head);
            }
            head.append((char) next);
        }
        String length = head.toString().replaceFirst("(?is).*content-length: (\\d+).*", "$1");
        return new String(socket.getInputStream().readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
