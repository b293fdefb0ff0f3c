package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BulkSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process: what it is told, how much memory it needs, how it ends. */
class ProxyMainIT {

    private static final int CLIENTS = 2_000;
    private static final int HUNDRED_MEGABYTES = 100 << 20;

    @TempDir
    private Path folder;

    private Path configuration(String endpoint, String more) throws IOException {
        Path file = folder.resolve("migration.yaml");
        Files.writeString(file, """
                name: books
                source: {endpoint: "%s"}
                proxy:
                  listen: 127.0.0.1:0
                  admin: 127.0.0.1:0
                %s
                """.formatted(endpoint, more));
        return file;
    }

    @Test
    void whatIsWrongIsToldInOneLine() throws Exception {
        assertThat(run()).isEqualTo("2: Usage: sluice-proxy -c migration.yaml\n");
        assertThat(run("-c", folder.resolve("none.yaml").toString()))
                .startsWith("2: ")
                .contains("There is no such file");
        Path withPath = configuration("http://localhost:9200/below", "");
        assertThat(run("-c", withPath.toString())).startsWith("2: ").contains("source.endpoint has the path /below");
        Path badNode = configuration("http://localhost:9200", "  listne: 1");
        assertThat(run("-c", badNode.toString())).startsWith("2: ").contains("Did you mean listen?");
    }

    private static String run(String... arguments) throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = ProxyMain.run(
                List.of(arguments), Map.of(), System.out, new PrintStream(err, true, StandardCharsets.UTF_8));
        return code + ": " + err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void twoThousandClientsAndAHundredMegabytesPassInItsMemory() throws Exception {
        try (BulkSink sink = BulkSink.start(1);
                ProxyProcess proxy =
                        ProxyProcess.start(configuration(sink.endpoint().toString(), ""))) {
            List<RawClient> clients = new ArrayList<>();
            byte[] half = new byte[32 << 10];
            for (int i = 0; i < CLIENTS; i++) {
                RawClient client = new RawClient(proxy.port());
                client.socket().setSoTimeout(60_000);
                clients.add(client.send(
                                "POST /_bulk HTTP/1.1\r\nHost: a\r\nContent-Length: " + 2 * half.length + "\r\n\r\n")
                        .send(half));
            }
            try (RawClient large = new RawClient(proxy.port())) {
                large.socket().setSoTimeout(60_000);
                large.send("POST /_bulk HTTP/1.1\r\nHost: a\r\nContent-Length: " + HUNDRED_MEGABYTES + "\r\n\r\n");
                byte[] piece = new byte[1 << 20];
                for (int sent = 0; sent < HUNDRED_MEGABYTES; sent += piece.length) {
                    large.send(piece);
                }
                assertThat(large.answer()).startsWith("HTTP/1.1 200");
            }
            for (RawClient client : clients) {
                client.send(half);
            }
            for (RawClient client : clients) {
                assertThat(client.answer()).startsWith("HTTP/1.1 200");
                client.close();
            }

            assertThat(sink.counts().bytes()).isEqualTo(HUNDRED_MEGABYTES + (long) CLIENTS * 2 * half.length);
            assertThat(proxy.isAlive()).isTrue();
        }
    }

    @Test
    void itAnswersOnItsAdminPortWithTheTokenInState() throws Exception {
        try (BulkSink sink = BulkSink.start(1);
                ProxyProcess proxy =
                        ProxyProcess.start(configuration(sink.endpoint().toString(), ""))) {
            Path token = folder.resolve(".sluice/books/proxy/admin-token");

            HttpResponse<String> status = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.adminPort() + "/status"))
                                    .header(
                                            "Authorization",
                                            "Bearer " + Files.readString(token).strip())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(status.statusCode()).isEqualTo(200);
            assertThat(status.body()).contains("\"upstream\":\"source\"");
        }
    }

    @Test
    void whatIsUnderWayEndsBeforeItDoes() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        RawSource.Script slow = peer -> {
            peer.request();
            mayAnswer.await();
            peer.send(RawSource.ok("late"));
        };
        try (RawSource source = new RawSource(slow);
                ProxyProcess proxy = ProxyProcess.start(configuration("http://" + source.address(), "  drain: 20s"));
                RawClient idle = new RawClient(proxy.port());
                RawClient client = new RawClient(proxy.port())) {
            client.send("PUT /books/_doc/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
            source.next();

            proxy.terminate();
            assertThat(idle.rest()).isEmpty();
            mayAnswer.countDown();

            assertThat(client.rest()).isEqualTo(RawSource.ok("late"));
            assertThat(proxy.awaitEnd()).isTrue();
        }
    }

    @Test
    void itDoesNotWaitForEver() throws Exception {
        try (RawSource source = new RawSource(peer -> {
                    peer.request();
                    peer.in().read(); // until it is cut
                });
                ProxyProcess proxy = ProxyProcess.start(configuration("http://" + source.address(), "  drain: 100ms"));
                RawClient client = new RawClient(proxy.port())) {
            client.send("PUT /books/_doc/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
            source.next();

            proxy.terminate();

            assertThat(client.rest()).isEmpty();
            assertThat(proxy.awaitEnd()).isTrue();
        }
    }
}
