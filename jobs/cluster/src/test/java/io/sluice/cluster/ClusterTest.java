package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cluster.ClusterException.Kind;
import io.sluice.cluster.ServerInfo.Flavor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a server of the testkit never says: that we are not who we claim, that it is no cluster, that it has
 * another version. A fake says it here, in words that real ones used.
 */
class ClusterTest {

    private record Said(int status, String contentType, String body) {}

    private final Map<String, Said> answers = new HashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void wrongCredentialsAreToldWithoutThePassword() {
        answers.put("GET /", new Said(401, "text/plain", "Unauthorized"));

        ClusterException failed = failure(new Credentials.Basic("elastic", new Secret("pass-word-1")));

        assertThat(failed.kind()).isEqualTo(Kind.WRONG_CREDENTIALS);
        assertThat(failed.isRefusal()).isFalse();
        assertThat(failed)
                .hasMessage("Cannot read the version at " + endpoint() + ": answered with 401 Unauthorized."
                        + " Check the user name, password, API key or AWS identity given for this cluster.");
        assertThat(headers.get(0)).containsEntry("Authorization", List.of("Basic ZWxhc3RpYzpwYXNzLXdvcmQtMQ=="));
    }

    @Test
    void anApiKeyIsSentAsItWasHandedOut() throws Exception {
        answers.put("GET /", json(200, "{\"version\":{\"number\":\"8.15.3\",\"build_flavor\":\"default\"}}"));

        ServerInfo info = info(new Credentials.ApiKey(new Secret("abc==")));

        assertThat(info).isEqualTo(new ServerInfo(Flavor.ELASTICSEARCH, "8.15.3"));
        assertThat(info.major()).isEqualTo(8);
        assertThat(headers.get(0)).containsEntry("Authorization", List.of("ApiKey abc=="));
    }

    @Test
    void everyRequestIsSignedForAws() throws Exception {
        answers.put("GET /", json(200, "{\"version\":{\"number\":\"2.19.6\",\"distribution\":\"opensearch\"}}"));
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "not-to-be-told");

        try {
            info(new Credentials.SigV4("eu-west-1", "es", null, null));
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }

        Map<String, List<String>> sent = headers.get(0);
        assertThat(sent.get("Host")).containsExactly(endpoint().substring("http://".length()));
        assertThat(sent.get("Authorization"))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                .contains("/eu-west-1/es/aws4_request", "SignedHeaders=host;")
                .doesNotContain("not-to-be-told");
        assertThat(sent).containsKeys("X-amz-date");
    }

    @Test
    void anAwsProfileThatIsNotThereIsTold() {
        ClusterException failed = failure(new Credentials.SigV4("eu-west-1", "es", "no-such-profile-of-sluice", null));

        assertThat(failed.kind()).isEqualTo(Kind.WRONG_CREDENTIALS);
        assertThat(failed).hasMessageContaining("no-such-profile-of-sluice");
        assertThat(asked).isEmpty();
    }

    @Test
    void aMissingPermissionIsToldInTheClustersWords() {
        answers.put(
                "GET /",
                json(
                        403,
                        "{\"error\":{\"root_cause\":[],\"type\":\"security_exception\","
                                + "\"reason\":\"no permissions for [cluster:monitor/main]\"},\"status\":403}"));

        ClusterException failed = failure(new Credentials.None());

        assertThat(failed.kind()).isEqualTo(Kind.FORBIDDEN);
        assertThat(failed.type()).isEqualTo("security_exception");
        assertThat(failed.reason()).isEqualTo("no permissions for [cluster:monitor/main]");
        assertThat(failed.isRefusal()).isFalse();
    }

    @Test
    void anAwsRefusalIsToldInItsWords() {
        answers.put("GET /", json(403, "{\"Message\":\"User: anonymous is not authorized\"}"));

        assertThat(failure(new Credentials.None()).reason()).isEqualTo("User: anonymous is not authorized");
    }

    @Test
    void elasticsearchWithoutARootPageIsKnownByItsNodes() throws Exception {
        answers.put("GET /", json(405, "{\"error\":\"Incorrect HTTP method for uri [/]\",\"status\":405}"));
        answers.put(
                "GET /_nodes?filter_path=nodes.*.version,nodes.*.build_flavor",
                json(200, "{\"nodes\":{\"a\":{\"version\":\"8.19.3\",\"build_flavor\":\"unknown\"}}}"));

        assertThat(info(new Credentials.None())).isEqualTo(new ServerInfo(Flavor.ELASTICSEARCH, "8.19.3"));
    }

    @Test
    void openSearchBehindAPathWithoutARootPageIsKnownByItsNodes() throws Exception {
        answers.put("GET /", json(404, ""));
        answers.put(
                "GET /_nodes?filter_path=nodes.*.version,nodes.*.build_flavor",
                json(200, "{\"nodes\":{\"a\":{\"version\":\"3.1.0\"}}}"));

        assertThat(info(new Credentials.None())).isEqualTo(new ServerInfo(Flavor.OPENSEARCH, "3.1.0"));
    }

    @Test
    void aWebPageIsNoCluster() {
        answers.put("GET /", new Said(200, "text/html", "<html>\n<body>Welcome</body></html>"));

        ClusterException failed = failure(new Credentials.None());

        assertThat(failed.kind()).isEqualTo(Kind.NOT_A_CLUSTER);
        assertThat(failed).hasMessageContaining("expected JSON in the answer, found: <html> <body>Welcome");
    }

    @Test
    void jsonWithoutAVersionIsNoCluster() {
        answers.put("GET /", json(200, "{\"hello\":\"world\"}"));

        assertThat(failure(new Credentials.None()).kind()).isEqualTo(Kind.NOT_A_CLUSTER);
    }

    @Test
    void aRedirectIsNotFollowed() {
        answers.put("GET /", new Said(302, "text/html", "moved"));

        ClusterException failed = failure(new Credentials.None());

        assertThat(failed.kind()).isEqualTo(Kind.NOT_A_CLUSTER);
        assertThat(asked).containsExactly("GET /");
    }

    @Test
    void aClusterInTroubleIsAskedOnceAndToldWithItsReason() {
        answers.put(
                "GET /",
                json(
                        503,
                        "{\"error\":{\"type\":\"cluster_block_exception\",\"reason\":\"no master\"},\"status\":503}"));

        ClusterException failed = failure(new Credentials.None());

        assertThat(failed.kind()).isEqualTo(Kind.FAILED);
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.type()).isEqualTo("cluster_block_exception");
        assertThat(failed.reason()).isEqualTo("no master");
        assertThat(asked).containsExactly("GET /");
    }

    @Test
    void tooManyRequestsIsNoRefusal() {
        answers.put("GET /", json(429, "{\"error\":{\"type\":\"rejected\",\"reason\":\"queue full\"}}"));

        ClusterException failed = failure(new Credentials.None());

        assertThat(failed.kind()).isEqualTo(Kind.FAILED);
        assertThat(failed.isRefusal()).isFalse();
    }

    @Test
    void aClosedPortIsUnreachable() {
        server.stop(0);

        ClusterException failed = failure(new Credentials.None());

        assertThat(failed.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failed.status()).isZero();
        assertThat(failed).hasMessageContaining("Check host and port");
    }

    @Test
    void anEndpointThatIsNoneIsNotTold() {
        ClusterAddress address =
                new ClusterAddress(URI.create("ftp://me:secret@host"), new Credentials.None(), TlsSettings.DEFAULT);

        assertThatThrownBy(() -> Cluster.connect(address))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("found scheme ftp, host host")
                .hasMessageNotContaining("secret");
    }

    @Test
    void theEndpointsPathComesBeforeEveryCall() throws Exception {
        answers.put("GET /search/", json(200, "{\"version\":{\"number\":\"7.10.2\"}}"));
        URI below = URI.create(endpoint() + "/search/");

        try (Cluster cluster =
                Cluster.connect(new ClusterAddress(below, new Credentials.None(), TlsSettings.DEFAULT))) {
            assertThat(cluster.info().major()).isEqualTo(7);
        }
    }

    @Test
    void aFenceThatLetsOlderVersionsThroughDoesNotWork() throws Exception {
        String accepted = "{\"index\":{\"_id\":\"fence-probe\",\"status\":201}}";
        answers.put("PUT scratch", json(200, "{\"acknowledged\":true}"));
        answers.put(
                "POST scratch",
                json(200, "{\"items\":[" + String.join(",", List.of(accepted, accepted, accepted, accepted)) + "]}"));
        answers.put("DELETE scratch", json(200, "{\"acknowledged\":true}"));

        FenceProbe probe = probe();

        assertThat(probe.works()).isFalse();
        assertThat(probe.reason())
                .isEqualTo("expected that a lower version is refused with 409, but the answer was 201");
        assertThat(asked).hasSize(3).last().asString().startsWith("DELETE /scratch-");
    }

    @Test
    void aFenceWhoseIdsAreReplacedDoesNotWork() throws Exception {
        answers.put("PUT scratch", json(200, "{\"acknowledged\":true}"));
        String item = "{\"index\":{\"_id\":\"x7\",\"status\":201}}";
        answers.put(
                "POST scratch", json(200, "{\"items\":[" + String.join(",", List.of(item, item, item, item)) + "]}"));
        answers.put("DELETE scratch", json(200, "{\"acknowledged\":true}"));

        assertThat(probe().reason()).contains("the id fence-probe is kept").contains("x7");
    }

    private FenceProbe probe() throws ClusterException {
        try (Cluster cluster = Cluster.connect(address(new Credentials.None()))) {
            return cluster.probeFence("scratch");
        }
    }

    private ServerInfo info(Credentials credentials) throws ClusterException {
        try (Cluster cluster = Cluster.connect(address(credentials))) {
            return cluster.info();
        }
    }

    private ClusterException failure(Credentials credentials) {
        return catchThrowableOfType(ClusterException.class, () -> info(credentials));
    }

    private ClusterAddress address(Credentials credentials) {
        return new ClusterAddress(URI.create(endpoint()), credentials, TlsSettings.DEFAULT);
    }

    private String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static Said json(int status, String body) {
        return new Said(status, "application/json", body);
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        asked.add(line);
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        String key = line.contains("/scratch-") ? exchange.getRequestMethod() + " scratch" : line;
        Said said = answers.getOrDefault(key, json(500, "{\"error\":\"not expected: " + line + "\"}"));
        byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", said.contentType());
        if (said.status() == 302) {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
        }
        exchange.sendResponseHeaders(said.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
