package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.Identity;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RawHttpTlsTest {

    @TempDir
    private static Path folder;

    private static Identity localhost;
    private static Identity elsewhere;

    @BeforeAll
    static void makeIdentities() throws Exception {
        localhost = Identity.make(folder, "server", "EC", "dns:localhost");
        elsewhere = Identity.make(folder, "elsewhere", "EC", "dns:elsewhere.example");
    }

    private static RawResponse send(URI uri, TlsSettings tls, String body) throws Exception {
        ClusterAddress address = new ClusterAddress(uri, new Credentials.None(), tls);
        RawRequest request = new RawRequest(
                "POST",
                "/_bulk",
                "application/x-ndjson",
                List.of(ByteBuffer.wrap(body.getBytes(UTF_8))),
                Duration.ofSeconds(20));
        try (RawHttp http = RawHttps.open(address, RawHttpOptions.DEFAULT)) {
            return http.send(request).get(30, TimeUnit.SECONDS);
        }
    }

    private static TlsSettings trusting(Identity server) throws Exception {
        return new TlsSettings(server.certificate(), null, null, false);
    }

    private static ClusterUnreachableException failure(URI uri, TlsSettings tls) {
        try {
            send(uri, tls, "x");
            throw new AssertionError("an answer came");
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(ClusterUnreachableException.class);
            return (ClusterUnreachableException) e.getCause();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bringsALargeBodyThroughToAServerThatItsCaVouchesFor() throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        RawServer.Script recording = peer -> {
            received.complete(peer.request().text());
            peer.answer(RawServer.ok("{}"));
            peer.request();
        };
        String body = "0123456789".repeat(500_000);
        try (RawServer server = RawServer.tls(localhost.serving(), false, recording)) {
            RawResponse answer = send(server.uri(), trusting(localhost), body);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(received.get(1, TimeUnit.SECONDS)).isEqualTo(body);
        }
    }

    @Test
    void doesNotTrustACertificateThatNobodyVouchesFor() throws Exception {
        try (RawServer server = RawServer.tls(localhost.serving(), false, RawServer.answering(RawServer.ok("{}")))) {
            ClusterUnreachableException failure = failure(server.uri(), TlsSettings.DEFAULT);

            assertThat(failure.mayHaveArrived()).isFalse();
            assertThat(failure)
                    .hasMessageContaining("its TLS certificate is not trusted")
                    .hasMessageContaining("tls.ca");
        }
    }

    @Test
    void doesNotTrustACertificateOfAnotherHost() throws Exception {
        try (RawServer server = RawServer.tls(elsewhere.serving(), false, RawServer.answering(RawServer.ok("{}")))) {
            assertThat(failure(server.uri(), trusting(elsewhere)))
                    .hasMessageContaining("its TLS certificate is not trusted")
                    .hasMessageContaining("localhost");
        }
    }

    @Test
    void trustsAnybodyWhenTold() throws Exception {
        try (RawServer server = RawServer.tls(elsewhere.serving(), false, RawServer.answering(RawServer.ok("{}")))) {
            RawResponse answer = send(server.uri(), new TlsSettings(null, null, null, true), "x");

            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void showsItsCertificateToAServerThatAsks(String algorithm) throws Exception {
        Identity client = Identity.make(folder, "client-" + algorithm, algorithm, "dns:client");
        CompletableFuture<String> name = new CompletableFuture<>();
        RawServer.Script asking = peer -> {
            peer.request();
            name.complete(
                    ((SSLSocket) peer.socket()).getSession().getPeerPrincipal().getName());
            peer.answer(RawServer.ok("{}"));
        };
        try (RawServer server = RawServer.tls(localhost.serving(client), true, asking)) {
            TlsSettings mutual = new TlsSettings(localhost.certificate(), client.certificate(), client.key(), false);

            RawResponse answer = send(server.uri(), mutual, "x");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(name.get(1, TimeUnit.SECONDS)).isEqualTo("CN=client-" + algorithm);
        }
    }

    @Test
    void failsWithoutTheCertificateThatTheServerAsksFor() throws Exception {
        RawServer.Script unreachable = RawServer.answering(RawServer.ok("{}"));
        try (RawServer server = RawServer.tls(localhost.serving(elsewhere), true, unreachable)) {
            assertThat(failure(server.uri(), trusting(localhost)))
                    .hasMessageContaining("https://localhost:" + server.uri().getPort());
        }
    }

    @Test
    void saysThatAServerDoesNotSpeakTls() throws Exception {
        RawServer.Script plain = peer -> {
            peer.in().read();
            peer.answer("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        };
        try (RawServer server = RawServer.plain(plain)) {
            URI asTls = URI.create("https://localhost:" + server.uri().getPort());

            assertThat(failure(asTls, TlsSettings.DEFAULT)).hasMessageContaining("it does not speak TLS");
        }
    }

    @Test
    void saysWhichFileCannotBeRead() {
        TlsSettings missing = new TlsSettings("/no/such/ca.pem", null, null, false);
        ClusterAddress address =
                new ClusterAddress(URI.create("https://localhost:9200"), new Credentials.None(), missing);

        assertThatThrownBy(() -> RawHttps.open(address, RawHttpOptions.DEFAULT))
                .hasMessageContaining("tls.ca")
                .hasMessageContaining("/no/such/ca.pem");
    }
}
