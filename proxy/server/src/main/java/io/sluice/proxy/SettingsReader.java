package io.sluice.proxy;

import io.sluice.config.ClusterConfig;
import io.sluice.config.HostPort;
import io.sluice.config.MigrationConfig;
import io.sluice.config.ProxyConfig;
import io.sluice.config.Secret;
import io.sluice.proxy.ProxySettings.ClusterSettings;
import io.sluice.proxy.ProxySettings.Health;
import io.sluice.proxy.ProxySettings.Limits;
import io.sluice.proxy.forward.ForwardSettings;
import io.sluice.proxy.forward.Suppression;
import io.sluice.proxy.http.HttpLimits;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a {@code migration.yaml} means for the proxy. */
final class SettingsReader {

    static final String SOURCE = "source";
    static final String TARGET = "target";

    private SettingsReader() {}

    /**
     * Picks out what the proxy needs.
     *
     * @throws IllegalArgumentException when something is missing, with what to do
     */
    static ProxySettings settings(MigrationConfig config, int processors) {
        ProxyConfig proxy = proxy(config);
        ClusterConfig source = config.source();
        if (source == null) {
            throw new IllegalArgumentException(
                    "source is missing: there is nothing to pass requests on to. Add source.endpoint.");
        }
        List<ClusterSettings> clusters = new ArrayList<>();
        clusters.add(cluster(SOURCE, source, proxy.nodes(), proxy));
        if (config.target() != null) {
            clusters.add(cluster(TARGET, config.target(), List.of(), proxy));
        }
        ProxyConfig.Limits limits = proxy.limits();
        boolean keepCredentials = config.capture() != null && config.capture().keepCredentials();
        return new ProxySettings(
                proxy.listen(),
                proxy.tls(),
                clusters,
                new ForwardSettings(
                        proxy.upgrade() == ProxyConfig.Upgrade.TUNNEL,
                        headers(proxy.setHeaders()),
                        Suppression.of(proxy.suppress()),
                        keepCredentials,
                        limits.halfClosed()),
                new Limits(
                        new HttpLimits(
                                Math.toIntExact(limits.line().bytes()),
                                Math.toIntExact(limits.headers().bytes())),
                        limits.connections(),
                        limits.held()),
                new Health(proxy.health().interval(), orEmpty(proxy.health().path())),
                proxy.threads() == 0 ? processors : proxy.threads(),
                proxy.drain());
    }

    /**
     * Its section of the configuration.
     *
     * @throws IllegalArgumentException when there is none
     */
    static ProxyConfig proxy(MigrationConfig config) {
        ProxyConfig proxy = config.proxy();
        if (proxy == null) {
            throw new IllegalArgumentException("proxy is missing. Add at least proxy.listen, where clients connect.");
        }
        return proxy;
    }

    /**
     * A file or folder of the proxy's own.
     *
     * @param configured null: in the migration's folder in {@code state}
     * @throws IllegalArgumentException when {@code state} is no folder
     */
    static Path file(MigrationConfig config, @Nullable String configured, String key, String name) {
        if (configured != null) {
            return Path.of(configured);
        }
        if (config.state().startsWith("s3://")) {
            throw new IllegalArgumentException(key + " is missing, and state is " + config.state()
                    + ", which a proxy cannot keep it in. Set " + key + " to a path.");
        }
        return Path.of(config.state(), config.name(), "proxy", name);
    }

    private static ClusterSettings cluster(
            String name, ClusterConfig cluster, List<HostPort> nodes, ProxyConfig proxy) {
        URI endpoint = cluster.endpoint();
        if (!endpoint.getPath().isEmpty()) {
            throw new IllegalArgumentException(name + ".endpoint has the path " + endpoint.getPath()
                    + ", but the proxy passes requests on as they are. Name the address of the cluster itself.");
        }
        boolean tls = "https".equalsIgnoreCase(endpoint.getScheme());
        int byDefault = tls ? 443 : 80;
        HostPort single =
                HostPort.parse(endpoint.getHost() + ":" + (endpoint.getPort() < 0 ? byDefault : endpoint.getPort()));
        return new ClusterSettings(
                name, nodes.isEmpty() ? List.of(single) : nodes, tls ? cluster.tls() : null, proxy.connectTimeout());
    }

    private static Map<String, String> headers(Map<String, Secret> configured) {
        Map<String, String> headers = new TreeMap<>();
        configured.forEach((name, value) -> headers.put(name, value.value()));
        return headers;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
