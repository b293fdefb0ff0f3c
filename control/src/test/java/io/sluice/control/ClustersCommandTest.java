package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of three routes stands in for both clusters: what a real one answers is tried elsewhere. */
class ClustersCommandTest {

    private static final String ABOUT = """
            {"name":"n","cluster_name":"c","cluster_uuid":"u","version":{"distribution":"opensearch","number":"2.19.6"}}""";
    private static final String INDICES = """
            [{"index":"books","uuid":"u1","health":"green","status":"open","pri":"1","rep":"0","docs.count":"1200",\
            "docs.deleted":"0","store.size":"1536","pri.store.size":"1536"},
             {"index":"attic","uuid":"u2","health":"","status":"close"}]""";

    @TempDir
    private Path folder;

    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> answer(exchange, exchange.getRequestURI().getPath().equals("/") ? ABOUT : ""));
        server.createContext("/_cat/indices", exchange -> answer(exchange, INDICES));
        server.createContext("/books/_doc", exchange -> answer(exchange, body(exchange)));
        server.start();
        configure("source: {endpoint: '%s', auth: {basic: {username: u, password: '${env:PW}'}}}\n".formatted(url()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void configure(String sections) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), "name: books\n" + sections);
    }

    private CommandRun run(String... arguments) {
        return CommandRun.in(folder).with("PW", "hush").run(arguments);
    }

    private static String body(HttpExchange exchange) throws IOException {
        String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return "{\"method\":\"%s\",\"sent\":%s}".formatted(exchange.getRequestMethod(), sent.isEmpty() ? "null" : sent);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        boolean known = "Basic dTpodXNo".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] body = (known ? text : "{}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(!known ? 401 : text.isEmpty() ? 404 : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void checkTellsTheVersion() {
        CommandRun check = run("clusters", "check");

        assertThat(check.err()).isEmpty();
        assertThat(check.out())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("source")
                .endsWith("OpenSearch 2.19.6");
        assertThat(check.exitCode()).isZero();
    }

    @Test
    void checkLooksAtTheOtherClusterEvenWhenOneFails() throws Exception {
        configure(
                "source: {endpoint: 'http://127.0.0.1:1'}\ntarget: {endpoint: '%s', auth: {basic: {username: u, password: hush}}}\n"
                        .formatted(url()));

        CommandRun check = run("clusters", "check", "--json");

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.out())
                .singleElement()
                .asString()
                .startsWith("{\"source\":{\"endpoint\":\"http://127.0.0.1:1\",\"ok\":false,\"problem\":\"source: ")
                .endsWith("\"ok\":true,\"distribution\":\"OpenSearch\",\"version\":\"2.19.6\"}}");
        assertThat(check.err()).singleElement().asString().startsWith("sluice: source: ");
    }

    @Test
    void checkFailsWithAWrongPasswordAndDoesNotTellIt() {
        CommandRun check = CommandRun.in(folder).with("PW", "wrong").run("clusters", "check");

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.err()).singleElement().asString().contains("401").doesNotContain("wrong\"");
    }

    @Test
    void catListsTheIndicesByName() {
        CommandRun cat = run("clusters", "cat");

        assertThat(cat.out())
                .containsExactly(
                        "cluster  index  health  status  documents   size",
                        "source   attic          close",
                        "source   books  green   open        1,200  1.5kb");
        assertThat(run("clusters", "cat", "--json").out())
                .singleElement()
                .asString()
                .endsWith(
                        "{\"name\":\"books\",\"uuid\":\"u1\",\"health\":\"green\",\"status\":\"open\",\"documents\":1200,\"bytes\":1536}]}");
    }

    @Test
    void curlSendsAnyRequestWithTheCredentials() throws Exception {
        Files.writeString(folder.resolve("body.json"), "{\"a\":1}");

        assertThat(run("clusters", "curl", "/books/_doc/1").out())
                .containsExactly("{\"method\":\"GET\",\"sent\":null}");
        assertThat(run("clusters", "curl", "-d", "{}", "books/_doc/1").out())
                .containsExactly("{\"method\":\"POST\",\"sent\":{}}");
        assertThat(run("clusters", "curl", "-X", "put", "-d", "@body.json", "/books/_doc/1", "--json")
                        .out())
                .containsExactly("{\"status\":200,\"body\":{\"method\":\"PUT\",\"sent\":{\"a\":1}}}");
    }

    @Test
    void curlFailsWhenTheClusterRefuses() {
        CommandRun curl = run("clusters", "curl", "/nothing", "--json");

        assertThat(curl.exitCode()).isEqualTo(1);
        assertThat(curl.out()).containsExactly("{\"status\":404,\"body\":\"\"}");
        assertThat(curl.err()).containsExactly("sluice: The cluster answered 404.");
    }

    @Test
    void asksForASideThatIsConfigured() throws Exception {
        assertThat(run("clusters", "cat", "--target").err())
                .containsExactly(
                        "sluice clusters cat: migration.yaml has no target. Add the section, with an endpoint.");
        assertThat(run("clusters", "cat", "--target").exitCode()).isEqualTo(2);

        configure("source: {endpoint: 'http://a'}\ntarget: {endpoint: 'http://b'}\n");

        assertThat(run("clusters", "curl", "/").err())
                .containsExactly("sluice clusters curl: Two clusters are configured. Say which: --source or --target.");
    }
}
