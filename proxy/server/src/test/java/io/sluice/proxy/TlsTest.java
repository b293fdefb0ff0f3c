package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.ClusterConfig.TlsConfig;
import io.sluice.config.HostPort;
import io.sluice.config.ProxyConfig.ServerTls;
import io.sluice.testkit.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** TLS in front and behind. */
@ExtendWith(LeakCheck.class)
class TlsTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    private Path folder;

    @Test
    void clientsAreShownTheCertificateAndServed() throws Exception {
        Identity proxyOne = Identity.make(folder, "proxy", "EC", "dns:localhost");
        try (RawSource source = RawSource.answering(RawSource.ok("x".repeat(100_000)));
                Proxy proxy = TestProxy.before(source.address())
                        .tls(new ServerTls(proxyOne.certificate(), proxyOne.key(), null))
                        .start();
                RawClient client = client(proxy, proxyOne.serving(proxyOne))) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.ask(GET)).isEqualTo(RawSource.ok("x".repeat(100_000)));
            }
        }
    }

    @Test
    void aCertificateThatChangesIsShownWithoutARestart() throws Exception {
        Identity first = Identity.make(folder, "first", "EC", "dns:localhost");
        Identity second = Identity.make(folder, "second", "RSA", "dns:localhost");
        Path certificate = Files.copy(Path.of(first.certificate()), folder.resolve("shown.crt"));
        Path key = Files.copy(Path.of(first.key()), folder.resolve("shown.key"));
        SSLContext both = first.serving(first, second);
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address())
                        .tls(new ServerTls(certificate.toString(), key.toString(), null))
                        .start();
                RawClient before = client(proxy, both)) {
            assertThat(shown(before)).isEqualTo("CN=first");

            Files.copy(Path.of(second.certificate()), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(Path.of(second.key()), key, StandardCopyOption.REPLACE_EXISTING);

            Waiting.until(() -> {
                try (RawClient after = client(proxy, both)) {
                    return shown(after).equals("CN=second");
                }
            });
            assertThat(before.ask(GET)).isEqualTo(RawSource.ok("x"));
        }
    }

    @Test
    void clientsWithoutACertificateAreRefusedWhereOneIsAskedFor() throws Exception {
        Identity proxyOne = Identity.make(folder, "proxy", "EC", "dns:localhost");
        Identity user = Identity.make(folder, "user", "EC", "dns:user");
        Identity stranger = Identity.make(folder, "stranger", "EC", "dns:stranger");
        try (RawSource source = RawSource.answering(RawSource.ok("x"));
                Proxy proxy = TestProxy.before(source.address())
                        .tls(new ServerTls(proxyOne.certificate(), proxyOne.key(), user.certificate()))
                        .start()) {
            try (RawClient client = client(proxy, user.serving(proxyOne))) {
                assertThat(client.ask(GET)).isEqualTo(RawSource.ok("x"));
            }
            assertThatThrownBy(() -> {
                        try (RawClient client = client(proxy, stranger.serving(proxyOne))) {
                            client.ask(GET);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void theSourceIsTrustedByItsAuthorityAndShownACertificate() throws Exception {
        Identity sourceOne = Identity.make(folder, "source", "EC", "dns:localhost");
        Identity proxyOne = Identity.make(folder, "proxy", "EC", "dns:proxy");
        TlsConfig tls = new TlsConfig(sourceOne.certificate(), proxyOne.certificate(), proxyOne.key(), false);
        try (TlsSource source = new TlsSource(sourceOne.serving(proxyOne), true);
                Proxy proxy = TestProxy.before(tls, new HostPort("localhost", source.port()))
                        .start();
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(GET)).isEqualTo(RawSource.ok("CN=proxy"));
            assertThat(client.ask(GET)).isEqualTo(RawSource.ok("CN=proxy"));
        }
    }

    @Test
    void aSourceThatIsNotTrustedGetsNothing() throws Exception {
        Identity sourceOne = Identity.make(folder, "source", "EC", "dns:localhost");
        Identity other = Identity.make(folder, "other", "EC", "dns:localhost");
        try (TlsSource source = new TlsSource(sourceOne.serving(), false)) {
            HostPort address = new HostPort("localhost", source.port());
            try (Proxy proxy = TestProxy.before(new TlsConfig(other.certificate(), null, null, false), address)
                            .start();
                    RawClient client = new RawClient(proxy.port())) {
                assertThat(client.ask(GET)).startsWith("HTTP/1.1 502 ");
            }
            try (Proxy proxy = TestProxy.before(new TlsConfig(null, null, null, true), address)
                            .start();
                    RawClient client = new RawClient(proxy.port())) {
                assertThat(client.ask(GET)).isEqualTo(RawSource.ok("nobody"));
            }
        }
    }

    @Test
    void aSourceThatDemandsACertificateIsToldOfByName() throws Exception {
        Identity sourceOne = Identity.make(folder, "source", "EC", "dns:localhost");
        try (TlsSource source = new TlsSource(sourceOne.serving(), true);
                Proxy proxy = TestProxy.before(
                                new TlsConfig(null, null, null, true), new HostPort("localhost", source.port()))
                        .start();
                RawClient client = new RawClient(proxy.port())) {
            assertThat(client.ask(GET))
                    .startsWith("HTTP/1.1 502 ")
                    .contains("demands a client certificate", "source.tls.cert");
        }
    }

    private static RawClient client(Proxy proxy, SSLContext context) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", proxy.port());
        socket.startHandshake();
        return new RawClient(socket);
    }

    private static String shown(RawClient client) throws Exception {
        X509Certificate certificate =
                (X509Certificate) ((SSLSocket) client.socket()).getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    /** A source behind TLS that answers with the name of who shows a certificate. */
    private static final class TlsSource implements AutoCloseable {

        private final SSLServerSocket listener;

        TlsSource(SSLContext context, boolean demands) throws IOException {
            listener = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName("localhost"));
            listener.setNeedClientAuth(demands);
            Thread thread = new Thread(this::serve, "tls-source");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve() {
            while (!listener.isClosed()) {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                    answer(socket);
                } catch (IOException refused) {
                    continue; // the next one
                }
            }
        }

        private static void answer(SSLSocket socket) throws IOException {
            int blank = 0;
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                blank = next == '\n' ? blank + 1 : next == '\r' ? blank : 0;
                if (blank == 2) {
                    blank = 0;
                    String who = socket.getNeedClientAuth()
                            ? socket.getSession().getPeerPrincipal().getName()
                            : "nobody";
                    socket.getOutputStream().write(RawSource.ok(who).getBytes(StandardCharsets.US_ASCII));
                }
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
