package io.sluice.proxy.upstream;

import io.sluice.config.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A cluster that requests go to: one or more nodes that are equally good, all reached in the same way. */
public final class Upstream {

    private final String name;
    private final List<Node> nodes;
    private final @Nullable SourceTls tls;
    private final Duration connectTimeout;
    private final NodePool[][] pools;
    private final LongAdder idle = new LongAdder();

    /**
     * Describes it; connects to nothing.
     *
     * @param name what the admin port calls it, such as source
     * @param tls null: plain
     * @param lanes how many event loops there are
     */
    public Upstream(
            String name, List<HostPort> addresses, @Nullable SourceTls tls, Duration connectTimeout, int lanes) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("the cluster " + name + " has no nodes");
        }
        this.name = name;
        this.nodes = addresses.stream().map(Node::new).toList();
        this.tls = tls;
        this.connectTimeout = connectTimeout;
        this.pools = new NodePool[lanes][addresses.size()];
    }

    public String name() {
        return name;
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** Connections that wait to be used, in all lanes. */
    public long idleConnections() {
        return idle.sum();
    }

    LongAdder idle() {
        return idle;
    }

    @Nullable
    SourceTls tls() {
        return tls;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** The connections of a lane to the node that is best now: the least busy of those that are well. */
    public NodePool pool(Lane lane) {
        int best = nodes.size() == 1 ? 0 : best();
        NodePool[] ofLane = pools[lane.index()];
        NodePool pool = ofLane[best];
        if (pool == null) {
            pool = new NodePool(lane, this, nodes.get(best));
            ofLane[best] = pool;
        }
        return pool;
    }

    private int best() {
        long now = System.nanoTime();
        int start = ThreadLocalRandom.current().nextInt(nodes.size());
        int best = -1;
        for (int i = 0; i < nodes.size(); i++) {
            int at = (start + i) % nodes.size();
            Node node = nodes.get(at);
            if (node.isWorthATry(now)
                    && (best < 0 || node.inFlight() < nodes.get(best).inFlight())) {
                best = at;
            }
        }
        return best < 0 ? start : best;
    }

    /** Closes the idle connections of a lane; called on its event loop. */
    public void closeIdle(Lane lane) {
        for (NodePool pool : pools[lane.index()]) {
            if (pool != null) {
                pool.closeIdle(Long.MAX_VALUE);
            }
        }
    }

    /** Closes those that were idle for long; called on the lane's event loop. */
    public void sweep(Lane lane) {
        for (NodePool pool : pools[lane.index()]) {
            if (pool != null) {
                pool.sweep();
            }
        }
    }

    @Override
    public String toString() {
        return name + " "
                + nodes.stream().map(node -> node.address().toString()).toList();
    }
}
