package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.sluice.config.HostPort;
import io.sluice.proxy.admin.AdminServer;
import io.sluice.proxy.admin.AdminToken;
import io.sluice.proxy.admin.Administered;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The admin port, and what it does to the route. */
@ExtendWith(LeakCheck.class)
class AdminTest {

    private static final String READ = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String WRITE = "PUT /books/_doc/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

    private final HttpClient http = HttpClient.newHttpClient();
    private RawSource source;
    private RawSource target;
    private Proxy proxy;
    private AdminServer admin;
    private Path tokenFile;
    private @Nullable Map<String, String> marked;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        source = RawSource.answering(RawSource.ok("source"));
        target = RawSource.answering(RawSource.ok("target"));
        proxy = TestProxy.between(source.address(), target.address()).start();
        tokenFile = folder.resolve("proxy/admin-token");
        admin = AdminServer.bind(new HostPort("127.0.0.1", 0));
        admin.serve(
                new Administered(proxy.gate(), proxy.tally(), proxy.clusters(), proxy::clients, new Marking()),
                null,
                AdminToken.of(tokenFile));
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
        proxy.close();
        source.close();
        target.close();
    }

    private final class Marking implements Administered.Capture {
        @Override
        public JsonNode status() {
            return NullNode.getInstance();
        }

        @Override
        public CompletionStage<JsonNode> mark(String name, Map<String, String> properties) {
            marked = Map.of(name, properties.toString());
            return name.equals("bad")
                    ? CompletableFuture.failedFuture(new IllegalStateException("Kafka is away"))
                    : CompletableFuture.completedFuture(NullNode.getInstance());
        }
    }

    @Test
    void theTokenIsMadeForItsOwnerOnlyAndKept() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokenFile)))
                .isEqualTo("rw-------");
        String token = Files.readString(tokenFile);

        AdminToken.of(tokenFile);

        assertThat(Files.readString(tokenFile)).isEqualTo(token);
        assertThat(tokenFile.getParent())
                .isDirectoryContaining("glob:**/admin-token")
                .satisfies(parent -> {
                    try (var files = Files.list(parent)) {
                        assertThat(files).hasSize(1);
                    }
                });
    }

    @Test
    void whoAsksBeforeThereIsAnythingToAskForIsAnsweredLater() throws Exception {
        try (AdminServer early = AdminServer.bind(new HostPort("127.0.0.1", 0))) {
            CompletableFuture<HttpResponse<String>> answer = http.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + early.port() + "/status"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            early.serve(
                    new Administered(proxy.gate(), proxy.tally(), proxy.clusters(), proxy::clients, null),
                    null,
                    AdminToken.of(tokenFile));

            assertThat(answer.get().statusCode()).isEqualTo(401);
        }
    }

    @Test
    void nobodyIsAnsweredWithoutTheToken() throws Exception {
        for (String shown : new String[] {
            "", "Bearer wrong", "Basic " + Files.readString(tokenFile).strip()
        }) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(uri("/status"))
                            .header("Authorization", shown)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("proxy.admin_token").doesNotContain("route");
        }
    }

    @Test
    void theStatusSaysWhatHappened() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.ask(READ);
            client.ask(WRITE);

            JsonNode status = status();

            assertThat(status.at("/route/upstream").asText()).isEqualTo("source");
            assertThat(status.at("/route/held").asBoolean()).isFalse();
            assertThat(status.at("/route/in_flight/write").asInt()).isZero();
            assertThat(status.at("/clients/connected").asInt()).isEqualTo(1);
            assertThat(status.at("/exchanges/answered/read").asInt()).isEqualTo(1);
            assertThat(status.at("/exchanges/answered/write").asInt()).isEqualTo(1);
            assertThat(status.at("/clusters/source/0/up").asBoolean()).isTrue();
        }
    }

    @Test
    void theMetricsAreThoseOfPrometheus() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.ask(WRITE);

            String metrics = ask("GET", "/metrics", "").body();

            assertThat(metrics)
                    .contains(
                            "# TYPE sluice_proxy_exchanges_total counter",
                            "sluice_proxy_exchanges_total{class=\"write\"} 1.0",
                            "sluice_proxy_in_flight{class=\"read\"} 0.0",
                            "sluice_proxy_clients 1.0",
                            "sluice_proxy_node_up{cluster=\"target\",node=\"" + target.address() + "\"} 1.0");
        }
    }

    @Test
    void newRequestsWaitWhileTheRouteIsHeld() throws Exception {
        try (RawClient before = new RawClient(proxy.port());
                RawClient first = new RawClient(proxy.port());
                RawClient second = new RawClient(proxy.port());
                RawClient third = new RawClient(proxy.port())) {
            before.ask(READ);
            assertThat(order("{\"to\": \"hold\", \"for\": \"60s\"}")
                            .at("/route/held")
                            .asBoolean())
                    .isTrue();

            first.send(READ + WRITE);
            second.send(WRITE);
            Waiting.until(() -> proxy.gate().waiting() == 2);
            assertThat(third.ask(READ)).startsWith("HTTP/1.1 503 ").contains("too many wait");
            assertThat(status().at("/route/in_flight/write").asInt()).isZero();

            order("{\"to\": \"upstream\", \"upstream\": \"target\"}");
            order("{\"to\": \"release\"}");

            assertThat(first.answer()).isEqualTo(RawSource.ok("target"));
            assertThat(first.answer()).isEqualTo(RawSource.ok("target"));
            assertThat(second.answer()).isEqualTo(RawSource.ok("target"));
            assertThat(third.ask(READ)).isEqualTo(RawSource.ok("target"));
            assertThat(before.ask(READ)).isEqualTo(RawSource.ok("target"));
        }
    }

    @Test
    void aHoldThatNobodyEndsEndsByItself() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            order("{\"to\": \"hold\", \"for\": \"200ms\"}");

            assertThat(client.ask(WRITE)).isEqualTo(RawSource.ok("source"));
        }
    }

    @Test
    void aClientThatLeavesWaitsNoLonger() throws Exception {
        order("{\"to\": \"hold\"}");
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(WRITE);
            Waiting.until(() -> proxy.gate().waiting() == 1);
            client.socket().setSoLinger(true, 0);
        }
        Waiting.until(() -> proxy.gate().waiting() == 0);
        order("{\"to\": \"release\"}");
        assertThat(source.unasked()).isZero();
    }

    @Test
    void exchangesUnderWayFinishWhileTheRouteIsHeld() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        RawSource.Script slow = peer -> {
            peer.request();
            mayAnswer.await();
            peer.send(RawSource.ok("late"));
        };
        try (RawSource late = new RawSource(slow);
                Proxy other = TestProxy.before(late.address()).start();
                RawClient client = new RawClient(other.port())) {
            client.send(WRITE);
            late.next();
            other.gate().hold();
            assertThat(other.gate().inFlight(true)).isEqualTo(1);

            mayAnswer.countDown();

            assertThat(client.answer()).isEqualTo(RawSource.ok("late"));
            Waiting.until(() -> other.gate().inFlight() == 0);
        }
    }

    @Test
    void marksAreHandedToTheCapture() throws Exception {
        HttpResponse<String> answer =
                ask("POST", "/mark", "{\"name\": \"snapshot-1\", \"properties\": {\"uuid\": \"u\"}}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(marked).isEqualTo(Map.of("snapshot-1", "{uuid=u}"));
        assertThat(ask("POST", "/mark", "{\"name\": \"bad\"}").statusCode()).isEqualTo(503);
        assertThat(ask("POST", "/mark", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void ordersThatAreNotKnownAreRefusedWithWhatIs() throws Exception {
        assertThat(ask("POST", "/route", "{\"to\": \"moon\"}").body()).contains("hold, release or upstream");
        assertThat(ask("POST", "/route", "{\"to\": \"upstream\", \"upstream\": \"moon\"}")
                        .body())
                .contains("source, target");
        assertThat(ask("POST", "/route", "hold").statusCode()).isEqualTo(400);
        assertThat(ask("POST", "/route", "{\"to\": \"hold\", \"for\": \"9h\"}").statusCode())
                .isEqualTo(400);
        assertThat(ask("GET", "/", "").statusCode()).isEqualTo(404);
        assertThat(proxy.gate().isHeld()).isFalse();
    }

    private JsonNode status() throws Exception {
        return new ObjectMapper().readTree(ask("GET", "/status", "").body());
    }

    private JsonNode order(String body) throws Exception {
        HttpResponse<String> answer = ask("POST", "/route", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header(
                                "Authorization",
                                "Bearer " + Files.readString(tokenFile).strip())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + admin.port() + path);
    }
}
