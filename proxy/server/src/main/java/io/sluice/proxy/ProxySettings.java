package io.sluice.proxy;

import io.sluice.config.ClusterConfig.TlsConfig;
import io.sluice.config.HostPort;
import io.sluice.config.ProxyConfig.ServerTls;
import io.sluice.proxy.forward.ForwardSettings;
import io.sluice.proxy.http.HttpLimits;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a proxy is told.
 *
 * @param listen where clients connect
 * @param tls what they are shown; null: plain HTTP
 * @param clusters where requests can go; the first is where they go at the start
 * @param threads of event loops
 * @param drain how long it waits for exchanges under way when it stops
 */
public record ProxySettings(
        HostPort listen,
        @Nullable ServerTls tls,
        List<ClusterSettings> clusters,
        ForwardSettings forward,
        Limits limits,
        Health health,
        int threads,
        Duration drain) {

    public ProxySettings {
        clusters = List.copyOf(clusters);
        if (clusters.isEmpty()) {
            throw new IllegalArgumentException("A proxy needs a cluster to pass requests on to.");
        }
    }

    /**
     * A cluster.
     *
     * @param name source or target
     * @param tls null: plain HTTP
     */
    public record ClusterSettings(
            String name, List<HostPort> nodes, @Nullable TlsConfig tls, Duration connectTimeout) {

        public ClusterSettings {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * What is bounded.
     *
     * @param http lengths of heads
     * @param connections of clients; further ones are closed at once
     * @param held requests that wait while the route is held; further ones are refused
     */
    public record Limits(HttpLimits http, int connections, int held) {}

    /**
     * How nodes are looked after.
     *
     * @param interval between two looks at a node that failed, or at any when there are several
     * @param path what is asked for; empty: only whether it takes a connection
     */
    public record Health(Duration interval, String path) {}
}
