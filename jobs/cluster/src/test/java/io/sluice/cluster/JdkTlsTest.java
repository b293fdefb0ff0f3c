package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.sluice.cluster.ClusterException.Kind;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With certificates of the JDK's keytool, and its TLS server: the testkit's clusters speak none. */
class JdkTlsTest {

    private static final char[] PASSWORD = "for-a-test".toCharArray();

    @TempDir
    private Path folder;

    private final AtomicReference<String> client = new AtomicReference<>("none");
    private HttpsServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void aCertificateThatTheFileVouchesForIsTrusted() throws Exception {
        identity("server", "RSA", "ip:127.0.0.1");
        listen("server", "server");

        assertThat(info(new TlsSettings(pem("server", "crt"), null, null, false))
                        .version())
                .isEqualTo("2.19.6");
        assertThat(client).hasValue("none");
    }

    @Test
    void aStrangeCertificateIsNotTrusted() throws Exception {
        identity("server", "RSA", "ip:127.0.0.1");
        listen("server", "server");

        ClusterException failed = failure(TlsSettings.DEFAULT);

        assertThat(failed.kind()).isEqualTo(Kind.NOT_TRUSTED);
        assertThat(failed).hasMessageContaining("tls.ca");
    }

    @Test
    void aCertificateOfAnotherHostIsNotTrusted() throws Exception {
        identity("server", "RSA", "dns:elsewhere.example");
        listen("server", "server");

        assertThat(failure(new TlsSettings(pem("server", "crt"), null, null, false))
                        .kind())
                .isEqualTo(Kind.NOT_TRUSTED);
    }

    @Test
    void whoeverIsInsecureTrustsAnyCertificateOfAnyHost() throws Exception {
        identity("server", "RSA", "dns:elsewhere.example");
        listen("server", "server");

        assertThat(info(new TlsSettings(null, null, null, true)).version()).isEqualTo("2.19.6");
    }

    @Test
    void ourCertificateIsShownWhateverItsKeyIs() throws Exception {
        identity("server", "RSA", "ip:127.0.0.1");
        for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
            String name = "client-" + algorithm.toLowerCase(Locale.ROOT);
            identity(name, algorithm, "ip:127.0.0.1");
            listen("server", name);

            info(new TlsSettings(pem("server", "crt"), pem(name, "crt"), pem(name, "key"), false));

            assertThat(client).hasValue("CN=" + name);
            server.stop(0);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        ClusterException failed = unusable(new TlsSettings("/no/such/ca.pem", null, null, false));

        assertThat(failed).hasMessage("Cannot use tls.ca /no/such/ca.pem: there is no such file.");
    }

    @Test
    void aFileOfSomethingElseIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("ca.pem"), "hello");

        assertThat(unusable(new TlsSettings(file.toString(), null, null, false)))
                .hasMessageContaining("Cannot use tls.ca " + file + ": expected PEM certificates");
    }

    @Test
    void anEmptyFileOfCertificatesIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("ca.pem"), "");

        assertThat(unusable(new TlsSettings(file.toString(), null, null, false)))
                .hasMessageContaining("Cannot use tls.ca " + file);
    }

    @Test
    void aKeyOfAnotherFormIsToldHowToConvert() throws Exception {
        identity("server", "RSA", "ip:127.0.0.1");
        Path key = Files.writeString(
                folder.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");

        assertThat(unusable(new TlsSettings(null, pem("server", "crt"), key.toString(), false)))
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void aDamagedKeyIsNamedAndNotShown() throws Exception {
        identity("server", "RSA", "ip:127.0.0.1");
        Path key = Files.writeString(
                folder.resolve("bad.key"), "-----BEGIN PRIVATE KEY-----\nQUJDREVG\n-----END PRIVATE KEY-----\n");

        assertThat(unusable(new TlsSettings(null, pem("server", "crt"), key.toString(), false)))
                .hasMessageContaining("Cannot use tls.key " + key)
                .hasMessageNotContaining("QUJDREVG");
    }

    private static ClusterException unusable(TlsSettings settings) {
        ClusterException failed = catchThrowableOfType(ClusterException.class, () -> JdkTls.of(settings));
        assertThat(failed.kind()).isEqualTo(Kind.UNUSABLE_SETTINGS);
        return failed;
    }

    private ServerInfo info(TlsSettings settings) throws ClusterException {
        URI endpoint = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
        try (Cluster cluster = Cluster.connect(new ClusterAddress(endpoint, new Credentials.None(), settings))) {
            return cluster.info();
        }
    }

    private ClusterException failure(TlsSettings settings) {
        return catchThrowableOfType(ClusterException.class, () -> info(settings));
    }

    private void listen(String identity, String trusted) throws Exception {
        TlsSettings own = new TlsSettings(pem(trusted, "crt"), pem(identity, "crt"), pem(identity, "key"), false);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(JdkTls.of(own)) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = getSSLContext().getDefaultSSLParameters();
                tls.setWantClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        server.createContext("/", exchange -> {
            try {
                client.set(((HttpsExchange) exchange)
                        .getSSLSession()
                        .getPeerPrincipal()
                        .getName());
            } catch (SSLPeerUnverifiedException none) {
                client.set("none");
            }
            byte[] body = "{\"version\":{\"number\":\"2.19.6\",\"distribution\":\"opensearch\"}}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private String pem(String name, String kind) {
        return folder.resolve(name + "." + kind).toString();
    }

    /** A self-signed certificate and its key, as PEM files. */
    private void identity(String name, String algorithm, String host) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + host,
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        writePem(name + ".crt", "CERTIFICATE", keys.getCertificate("it").getEncoded());
        writePem(name + ".key", "PRIVATE KEY", keys.getKey("it", PASSWORD).getEncoded());
    }

    private void writePem(String file, String what, byte[] content) throws Exception {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
    }
}
