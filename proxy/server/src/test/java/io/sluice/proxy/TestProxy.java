package io.sluice.proxy;

import io.sluice.capture.Recorder;
import io.sluice.config.ClusterConfig.TlsConfig;
import io.sluice.config.HostPort;
import io.sluice.config.ProxyConfig;
import io.sluice.proxy.ProxySettings.ClusterSettings;
import io.sluice.proxy.ProxySettings.Health;
import io.sluice.proxy.ProxySettings.Limits;
import io.sluice.proxy.forward.ForwardSettings;
import io.sluice.proxy.forward.Suppression;
import io.sluice.proxy.http.HttpLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of a proxy, with what most tests want as default. */
final class TestProxy {

    private final List<ClusterSettings> clusters;
    private ProxyConfig.@Nullable ServerTls tls;
    private boolean tunnel;
    private boolean keepCredentials;
    private Map<String, String> setHeaders = Map.of();
    private List<String> suppress = List.of();
    private Limits limits = new Limits(new HttpLimits(64 << 10, 128 << 10), 100, 2);
    private Health health = new Health(Duration.ofMillis(100), "");
    private Duration halfClosed = Duration.ofSeconds(1);
    private Duration drain = Duration.ofSeconds(5);
    private int threads = 2;

    private TestProxy(List<ClusterSettings> clusters) {
        this.clusters = clusters;
    }

    static TestProxy before(HostPort... nodes) {
        return before((TlsConfig) null, nodes);
    }

    static TestProxy before(@Nullable TlsConfig tls, HostPort... nodes) {
        Duration patience =
                Duration.ofSeconds(tls == null ? 2 : 20); // the first handshake of a busy machine takes its time
        return new TestProxy(List.of(new ClusterSettings("source", List.of(nodes), tls, patience)));
    }

    static TestProxy between(HostPort source, HostPort target) {
        return new TestProxy(List.of(
                new ClusterSettings("source", List.of(source), null, Duration.ofSeconds(2)),
                new ClusterSettings("target", List.of(target), null, Duration.ofSeconds(2))));
    }

    TestProxy tls(ProxyConfig.ServerTls shown) {
        tls = shown;
        return this;
    }

    TestProxy tunnelling() {
        tunnel = true;
        return this;
    }

    TestProxy keepingCredentials() {
        keepCredentials = true;
        return this;
    }

    TestProxy setting(Map<String, String> headers) {
        setHeaders = headers;
        return this;
    }

    TestProxy suppressing(String... rules) {
        suppress = List.of(rules);
        return this;
    }

    TestProxy limits(Limits other) {
        limits = other;
        return this;
    }

    TestProxy health(Health other) {
        health = other;
        return this;
    }

    TestProxy halfClosed(Duration other) {
        halfClosed = other;
        return this;
    }

    TestProxy drain(Duration other) {
        drain = other;
        return this;
    }

    /** With one thread, what one client does comes before what the next one does. */
    TestProxy onOneThread() {
        threads = 1;
        return this;
    }

    Proxy start() throws IOException {
        return start(null);
    }

    Proxy start(@Nullable Recorder recorder) throws IOException {
        ForwardSettings forward =
                new ForwardSettings(tunnel, setHeaders, Suppression.of(suppress), keepCredentials, halfClosed);
        return Proxy.start(
                new ProxySettings(new HostPort("127.0.0.1", 0), tls, clusters, forward, limits, health, threads, drain),
                recorder);
    }
}
