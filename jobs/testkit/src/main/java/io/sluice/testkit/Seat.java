package io.sluice.testkit;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The place of a node in its cluster.
 *
 * @param number from 1 on; the first begins the cluster
 * @param seeds the transport ports of all nodes that have started, asked for at each start: what a node has in its data does not say
 *     where others are
 * @param alone whether no other node may join
 */
record Seat(int number, Supplier<List<Integer>> seeds, boolean alone) {

    static final Seat ALONE = new Seat(1, List::of, true);

    /** One of several. */
    static Seat among(int number, Supplier<List<Integer>> seeds) {
        return new Seat(number, seeds, false);
    }

    String nodeName() {
        return "node-" + number;
    }

    /** How it finds its cluster. */
    Map<String, Object> settings(Distribution distribution) {
        if (alone) {
            return Map.of("discovery.type", "single-node");
        }
        List<String> hosts =
                seeds.get().stream().map(port -> "127.0.0.1:" + port).toList();
        return number == 1
                ? Map.of("discovery.seed_hosts", hosts, beginners(distribution), List.of(nodeName()))
                : Map.of("discovery.seed_hosts", hosts);
    }

    /** The setting that names those who may begin; without effect once they have. */
    private static String beginners(Distribution distribution) {
        boolean hasManagers = distribution.product() == Product.OPENSEARCH && distribution.major() > 1;
        return hasManagers ? "cluster.initial_cluster_manager_nodes" : "cluster.initial_master_nodes";
    }
}
