package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.read.Run;
import io.sluice.capture.topic.ProxySight;
import io.sluice.config.MigrationConfig;
import io.sluice.config.ProxyConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks proxies at their admin ports how they are, and tells them what to do. Who does not answer is named, and holds nobody up
 * for long.
 */
final class ProxyAdmins {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final String scheme;
    private final String token;

    private ProxyAdmins(HttpClient http, String scheme, String token) {
        this.http = http;
        this.scheme = scheme;
        this.token = token;
    }

    /** Nothing when the configuration has no proxy, or no token of it is at hand. */
    static Optional<ProxyAdmins> of(MigrationConfig config) throws IOException {
        ProxyConfig proxy = config.proxy();
        Path file = proxy == null ? null : tokenFile(config, proxy);
        if (proxy == null || file == null || !Files.isReadable(file)) {
            return Optional.empty();
        }
        HttpClient.Builder http = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER);
        if (proxy.adminTls() != null) {
            http.sslContext(trusting(Path.of(proxy.adminTls().cert())));
        }
        String scheme = proxy.adminTls() == null ? "http" : "https";
        return Optional.of(
                new ProxyAdmins(http.build(), scheme, Files.readString(file).strip()));
    }

    private static @Nullable Path tokenFile(MigrationConfig config, ProxyConfig proxy) {
        String named = proxy.adminToken();
        if (named != null) {
            return Path.of(named);
        }
        return config.state().contains("://") ? null : Path.of(config.state(), config.name(), "proxy", "admin-token");
    }

    /** Proxies of one migration show the certificate that the configuration names. */
    private static SSLContext trusting(Path certificates) throws IOException {
        try (InputStream in = Files.newInputStream(certificates)) {
            KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
            known.load(null, null);
            int number = 0;
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                known.setCertificateEntry("proxy-" + number++, one);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(known);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException(
                    "Cannot use the certificates in " + certificates + " (proxy.admin_tls.cert).", unusable);
        }
    }

    /** Asks all that may be there, at once. A proxy whose answer has {@code problem} did not say how it is. */
    Map<Run, JsonNode> status(List<ProxySight> proxies) {
        Map<Run, CompletableFuture<JsonNode>> asked = new LinkedHashMap<>();
        for (ProxySight proxy : proxies) {
            boolean mayAnswer = proxy.state() == ProxySight.State.LIVE || proxy.state() == ProxySight.State.SILENT;
            if (mayAnswer && !proxy.admin().isEmpty()) {
                asked.put(proxy.run(), ask(proxy.admin(), "/status", HttpRequest.newBuilder(), PATIENCE));
            }
        }
        return answers(asked);
    }

    /**
     * Has all of them write a mark, at once.
     *
     * @param patience how long each may take until Kafka has it in every partition
     * @return where the marks lie; an answer with {@code problem} is no mark
     */
    Map<Run, JsonNode> mark(List<ProxySight> proxies, String name, Map<String, String> properties, Duration patience) {
        ObjectNode order = JsonNodeFactory.instance.objectNode().put("name", name);
        properties.forEach(order.putObject("properties")::put);
        Map<Run, CompletableFuture<JsonNode>> asked = new LinkedHashMap<>();
        for (ProxySight proxy : proxies) {
            HttpRequest.Builder post = HttpRequest.newBuilder().POST(BodyPublishers.ofString(order.toString()));
            asked.put(proxy.run(), ask(proxy.admin(), "/mark", post, patience));
        }
        return answers(asked);
    }

    private static Map<Run, JsonNode> answers(Map<Run, CompletableFuture<JsonNode>> asked) {
        Map<Run, JsonNode> answers = new LinkedHashMap<>();
        asked.forEach((run, answer) -> answers.put(run, answer.join()));
        return answers;
    }

    private CompletableFuture<JsonNode> ask(String admin, String path, HttpRequest.Builder request, Duration patience) {
        if (admin.isEmpty()) {
            return CompletableFuture.completedFuture(problem("it did not say where its admin port is"));
        }
        try {
            request.uri(URI.create(scheme + "://" + admin + path));
        } catch (IllegalArgumentException noAddress) {
            return CompletableFuture.completedFuture(problem("its admin address is none: " + admin));
        }
        request.timeout(patience).header("Authorization", "Bearer " + token);
        return http.sendAsync(request.build(), BodyHandlers.ofString())
                .handle((answer, failure) -> failure == null ? read(answer) : problem(reason(failure)));
    }

    private static JsonNode read(HttpResponse<String> answer) {
        JsonNode body;
        try {
            body = JSON.readTree(answer.body());
        } catch (IOException noJson) {
            return problem("it answered " + answer.statusCode() + " and no JSON: is it a proxy's admin port?");
        }
        if (answer.statusCode() == 200) {
            return body;
        }
        String why = answer.statusCode() == 401
                ? "it has another token than proxy.admin_token"
                : body.path("error").asText("");
        return problem("it answered " + answer.statusCode() + (why.isEmpty() ? "" : ": " + why));
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String message = cause.getMessage();
        return "it does not answer: " + (message == null ? cause.getClass().getSimpleName() : message);
    }

    private static ObjectNode problem(String text) {
        return JsonNodeFactory.instance.objectNode().put("problem", text);
    }
}
