package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Two or more nodes of Elasticsearch 7 or later, or of OpenSearch, that are one cluster, each a process of its own on the loopback
 * address. A node can be killed and started again with its data and its address, through its {@link ServerProcess}.
 *
 * <p>All nodes may be masters. A cluster of three goes on without any one of them; of two, it may stand still without the
 * {@linkplain #master elected one}. None outlives this JVM.
 */
public final class ClusterProcess implements AutoCloseable {

    /** Several of these share a machine with all that a test needs besides. */
    private static final int MOST_HEAP_MEGABYTES = 512;

    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(3);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final List<ServerProcess> nodes;

    private ClusterProcess(List<ServerProcess> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /**
     * Starts a cluster, and waits until all nodes have joined it.
     *
     * @param setup of each node. A folder has a sub-folder for each; of relative repositories there is one, with the first node
     * @param size how many nodes
     * @throws ServerStartException when a node does not come up
     */
    public static ClusterProcess start(ServerSetup setup, int size) throws IOException {
        if (size < 2 || setup.distribution().hasTypes() || setup.heapMegabytes() > MOST_HEAP_MEGABYTES) {
            throw new IllegalArgumentException(
                    "a cluster has two nodes at least, of Elasticsearch 7 or later or OpenSearch, with at most %d MB of heap; found %d of %s with %d MB"
                            .formatted(MOST_HEAP_MEGABYTES, size, setup.distribution(), setup.heapMegabytes()));
        }
        List<ServerProcess> nodes = new CopyOnWriteArrayList<>();
        try {
            while (nodes.size() < size) {
                nodes.add(startNext(setup, nodes));
            }
            ClusterProcess cluster = new ClusterProcess(nodes);
            cluster.awaitAll();
            return cluster;
        } catch (IOException | RuntimeException failed) {
            closeAll(nodes, failed);
            throw failed;
        }
    }

    /** @param there those that were started before, and will be */
    private static ServerProcess startNext(ServerSetup setup, List<ServerProcess> there) throws IOException {
        int number = there.size() + 1;
        ServerSetup own = setup.folder()
                .map(folder -> setup.withFolder(folder.resolve("node-" + number)))
                .orElse(setup);
        if (!there.isEmpty()) {
            own = own.withRepositories(there.get(0).repositories().toArray(Path[]::new));
        }
        Seat seat = Seat.among(
                number, () -> there.stream().map(ServerProcess::transportPort).toList());
        return ServerProcess.start(own, seat, DistributionCache.ofUser());
    }

    private static void closeAll(List<ServerProcess> nodes, Exception failed) {
        for (ServerProcess node : nodes) {
            try {
                node.close();
            } catch (IOException more) {
                failed.addSuppressed(more);
            }
        }
    }

    /** Those that run, and those that were killed. */
    public List<ServerProcess> nodes() {
        return nodes;
    }

    /** Where the first node answers HTTP. */
    public URI endpoint() {
        return nodes.get(0).endpoint();
    }

    /** The first folder in which file-system repositories may lie, in sub-folders too. */
    public Path repositoryFolder() {
        return nodes.get(0).repositoryFolder();
    }

    /** The node that has the primary of a shard. */
    public ServerProcess primaryOf(String index, int shard) throws IOException {
        JsonNode state = Servers.succeed(
                anyAlive().endpoint(), "GET", "/_cluster/state/routing_table,nodes/" + index + "?local=true", "");
        for (JsonNode copy : state.at("/routing_table/indices/" + index + "/shards/" + shard)) {
            if (copy.path("primary").asBoolean()) {
                return named(state.at("/nodes/" + copy.path("node").asText() + "/name")
                        .asText());
            }
        }
        throw new IOException("shard %d of %s has no primary: %s".formatted(shard, index, state));
    }

    /** The node that leads the cluster. */
    public ServerProcess master() throws IOException {
        JsonNode state = Servers.succeed(anyAlive().endpoint(), "GET", "/_cluster/state/master_node,nodes", "");
        return named(state.at("/nodes/" + state.path("master_node").asText() + "/name")
                .asText());
    }

    private ServerProcess named(String name) throws IOException {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("no node of this cluster is called '" + name + "'"));
    }

    private ServerProcess anyAlive() throws IOException {
        return nodes.stream()
                .filter(ServerProcess::isAlive)
                .findFirst()
                .orElseThrow(() -> new IOException("no node of this cluster runs"));
    }

    /** Returns when all nodes that run are in the cluster, and all shards that can be are where they ought to be. */
    public void awaitAll() throws IOException {
        long running = nodes.stream().filter(ServerProcess::isAlive).count();
        String status = running == nodes.size() ? "green" : "yellow";
        String path = "/_cluster/health?timeout=1s&wait_for_no_initializing_shards=true&wait_for_status=" + status
                + "&wait_for_nodes=" + running;
        long limit = System.nanoTime() + LIMIT_NANOS;
        Answer answer = health(path);
        while (!answer.isOk()) {
            if (System.nanoTime() > limit) {
                throw new IOException("the cluster of %d running nodes is not %s after %d s: %s"
                        .formatted(running, status, TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS), answer.body()));
            }
            LockSupport.parkNanos(LOOK_NANOS);
            answer = health(path);
        }
    }

    private Answer health(String path) throws IOException {
        return Servers.call(anyAlive().endpoint(), "GET", path);
    }

    /** Ends all nodes. */
    @Override
    public void close() throws IOException {
        IOException failed = null;
        for (ServerProcess node : nodes) {
            try {
                node.close();
            } catch (IOException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
