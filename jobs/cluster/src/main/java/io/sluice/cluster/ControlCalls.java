package io.sluice.cluster;

import io.sluice.cluster.ClusterException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.opensearch.client.opensearch.generic.Body;
import org.opensearch.client.opensearch.generic.OpenSearchGenericClient;
import org.opensearch.client.opensearch.generic.Requests;
import org.opensearch.client.opensearch.generic.Response;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5Options;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5Transport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;
import org.opensearch.client.transport.httpclient5.ResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Sends control calls with opensearch-java, and says in our words why one failed. Nothing is retried and no
 * redirect is followed: a call is carried out once at most. May be used from any thread.
 */
final class ControlCalls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlCalls.class);

    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(10);

    /** The longest silence; clusters with many shards take their time over a list of indices. */
    private static final Timeout RESPONSE_TIMEOUT = Timeout.ofSeconds(120);

    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(5);
    private static final int CONNECTIONS = 8;

    private final URI endpoint;
    private final String basePath;
    private final RequestHeaders credentials;
    private final ApacheHttpClient5Transport transport;
    private final OpenSearchGenericClient client;

    private ControlCalls(
            URI endpoint, String basePath, RequestHeaders credentials, ApacheHttpClient5Transport transport) {
        this.endpoint = endpoint;
        this.basePath = basePath;
        this.credentials = credentials;
        this.transport = transport;
        this.client = new OpenSearchGenericClient(transport);
    }

    static ControlCalls open(ClusterAddress address) throws ClusterException {
        URI endpoint = plain(address.endpoint());
        String path = endpoint.getRawPath();
        String basePath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        ApacheHttpClient5Transport transport = transport(endpoint, address.tls());
        try {
            return new ControlCalls(endpoint, basePath, headers(endpoint, address.credentials()), transport);
        } catch (SdkException e) {
            close(transport);
            throw noAwsKeys("connect to " + endpoint, e);
        }
    }

    /** Without what may be secret or misleading: user, query, a port that the scheme has anyway. */
    private static URI plain(URI endpoint) throws ClusterException {
        String scheme = endpoint.getScheme() == null ? "" : endpoint.getScheme().toLowerCase(Locale.ROOT);
        String host = endpoint.getHost();
        if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw ClusterException.without(
                    Kind.UNUSABLE_SETTINGS,
                    "Cannot use the cluster's endpoint: expected http://host:port or https://host:port, found scheme %s, host %s."
                            .formatted(scheme, host),
                    null);
        }
        // Host headers carry no default port, and signatures cover them.
        int defaultPort = scheme.equals("https") ? 443 : 80;
        String port = endpoint.getPort() < 0 || endpoint.getPort() == defaultPort ? "" : ":" + endpoint.getPort();
        return URI.create(scheme + "://" + host + port + endpoint.getRawPath());
    }

    private static RequestHeaders headers(URI endpoint, Credentials credentials) {
        return credentials instanceof Credentials.SigV4 sigV4
                ? new SigV4Headers(endpoint, sigV4)
                : new FixedHeaders(credentials);
    }

    private static ApacheHttpClient5Transport transport(URI endpoint, TlsSettings tls) throws ClusterException {
        ClientTlsStrategyBuilder strategy = ClientTlsStrategyBuilder.create();
        if (endpoint.getScheme().equals("https")) {
            strategy.setSslContext(JdkTls.of(tls));
        }
        strategy.setHostVerificationPolicy(HostnameVerificationPolicy.CLIENT)
                .setHostnameVerifier(tls.insecure() ? NoopHostnameVerifier.INSTANCE : new DefaultHostnameVerifier());
        ConnectionConfig connection = ConnectionConfig.custom()
                .setConnectTimeout(CONNECT_TIMEOUT)
                .setSocketTimeout(RESPONSE_TIMEOUT)
                .build();
        return ApacheHttpClient5TransportBuilder.builder(
                        new HttpHost(endpoint.getScheme(), endpoint.getHost(), endpoint.getPort()))
                .setHttpClientConfigCallback(http -> configure(http, strategy, connection))
                .build();
    }

    private static HttpAsyncClientBuilder configure(
            HttpAsyncClientBuilder http, ClientTlsStrategyBuilder strategy, ConnectionConfig connection) {
        return http.setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                        .setTlsStrategy(strategy.buildAsync())
                        .setDefaultConnectionConfig(connection)
                        .setMaxConnPerRoute(CONNECTIONS)
                        .setMaxConnTotal(CONNECTIONS)
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(RESPONSE_TIMEOUT)
                        .setResponseTimeout(RESPONSE_TIMEOUT)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching();
    }

    /** The endpoint as it may be shown. */
    URI endpoint() {
        return endpoint;
    }

    /**
     * Sends one request and waits for its answer.
     *
     * @param doing what it is for, {@code create the index books}: the middle of the error's sentence
     * @param path with its query, encoded
     * @param contentType of the body; not used when there is none
     * @return the answer's body, when its status is 2xx
     */
    byte[] send(String doing, String method, String path, byte @Nullable [] body, String contentType)
            throws ClusterException {
        String what = doing + " at " + endpoint;
        ApacheHttpClient5Options.Builder options = ApacheHttpClient5Options.DEFAULT.toBuilder();
        await(what, credentials.of(method, basePath + path, parts(body))).forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Host")) { // a signature comes with one; the client adds the same
                options.addHeader(name, value);
            }
        });
        Body sent = body == null ? null : Body.from(body, contentType);
        Future<Response> answer = client.withTransportOptions(options.build())
                .executeAsync(Requests.create(method, basePath + path, List.of(), Map.of(), sent));
        try (Response response = await(what, answer)) {
            byte[] received = response.getBody().map(Body::bodyAsBytes).orElseGet(() -> new byte[0]);
            if (response.getStatus() >= 300) {
                throw ClusterException.answered(what, response.getStatus(), ErrorBody.of(received));
            }
            return received;
        } catch (ClusterException e) {
            throw e;
        } catch (IOException e) {
            throw unreachable(what, e);
        }
    }

    private static List<ByteBuffer> parts(byte @Nullable [] body) {
        return body == null ? List.of() : List.of(ByteBuffer.wrap(body));
    }

    private <T> T await(String what, Future<T> future) throws ClusterException {
        try {
            return future.get(CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failed(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            future.cancel(true);
            throw unreachable(what, new SocketTimeoutException("no whole answer within " + CALL_TIMEOUT));
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw unreachable(what, e);
        }
    }

    private ClusterException failed(String what, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ResponseException answered) {
                return ClusterException.answered(what, answered.status(), ErrorBody.of(bodyIn(answered)));
            }
            if (cause instanceof SSLException) {
                return notTrusted(what, failure);
            }
            if (cause instanceof SdkException aws) {
                return noAwsKeys(what, aws);
            }
        }
        return unreachable(what, failure);
    }

    /**
     * The transport keeps an answer to itself for all statuses but a few; its message is a line about the
     * request, maybe one of warnings, then the body.
     */
    private static byte[] bodyIn(ResponseException answered) {
        String message = String.valueOf(answered.getMessage());
        String rest = message.substring(message.indexOf('\n') + 1);
        if (rest.startsWith("Warnings: [")) {
            rest = rest.substring(rest.indexOf('\n') + 1);
        }
        boolean none = rest.startsWith("method [") || rest.startsWith("Warnings: [");
        return (none ? "" : rest).getBytes(StandardCharsets.UTF_8);
    }

    private static ClusterException notTrusted(String what, Throwable failure) {
        return ClusterException.without(
                Kind.NOT_TRUSTED,
                "Cannot %s: no TLS connection (%s). Check that the port speaks TLS, that tls.ca signed its certificate and the certificate names this host, and tls.cert if the cluster wants one."
                        .formatted(what, told(failure)),
                failure);
    }

    private static ClusterException noAwsKeys(String what, SdkException failure) {
        return ClusterException.without(
                Kind.WRONG_CREDENTIALS,
                "Cannot %s: no AWS keys to sign with (%s). Check the profile, the role and the environment."
                        .formatted(what, told(failure)),
                failure);
    }

    private ClusterException unreachable(String what, Throwable failure) {
        String advice;
        if (failure instanceof UnknownHostException) {
            advice = "Check the host's name.";
        } else if (failure instanceof ConnectException || failure instanceof SocketTimeoutException) {
            advice = "Check host and port, that the cluster runs, and the network between.";
        } else if (endpoint.getScheme().equals("http")) {
            advice = "Check host and port; if it speaks TLS, write https://.";
        } else {
            advice = "Check host and port, and a proxy between.";
        }
        return ClusterException.without(
                Kind.UNREACHABLE, "Cannot %s: no answer (%s). %s".formatted(what, told(failure), advice), failure);
    }

    private static String told(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        credentials.close();
        close(transport);
    }

    private static void close(ApacheHttpClient5Transport transport) {
        try {
            transport.close();
        } catch (IOException e) { // nothing of what is left needs to know
            LOG.warn("Closing the client of a cluster failed", e);
        }
    }
}
