package io.sluice.testkit;

import java.util.List;
import java.util.Map;

/**
 * The place of a node in its cluster.
 *
 * @param number from 1 on
 * @param seeds the transport ports of nodes that it joins; without one it begins a cluster
 * @param alone whether no other node may join
 */
record Seat(int number, List<Integer> seeds, boolean alone) {

    static final Seat ALONE = new Seat(1, List.of(), true);

    Seat {
        seeds = List.copyOf(seeds);
    }

    /** The node that begins a cluster. */
    static Seat first() {
        return new Seat(1, List.of(), false);
    }

    /** A node that joins. */
    static Seat joining(int number, List<Integer> seeds) {
        return new Seat(number, seeds, false);
    }

    String nodeName() {
        return "node-" + number;
    }

    /** How it finds its cluster. Who joins remembers all others in its data, and finds them again whichever starts first. */
    Map<String, Object> settings(Distribution distribution) {
        if (alone) {
            return Map.of("discovery.type", "single-node");
        }
        List<String> hosts = seeds.stream().map(port -> "127.0.0.1:" + port).toList();
        return seeds.isEmpty()
                ? Map.of("discovery.seed_hosts", hosts, beginners(distribution), List.of(nodeName()))
                : Map.of("discovery.seed_hosts", hosts);
    }

    /** The setting that names those who may begin. */
    private static String beginners(Distribution distribution) {
        boolean hasManagers = distribution.product() == Product.OPENSEARCH && distribution.major() > 1;
        return hasManagers ? "cluster.initial_cluster_manager_nodes" : "cluster.initial_master_nodes";
    }
}
