package io.sluice.control;

import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.IndexLine;
import io.sluice.transform.IndexNames;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What names stand for in a cluster.
 *
 * @param indices of each name of an index, alias or data stream
 */
record ClusterNames(Map<String, Set<String>> indices) {

    static ClusterNames of(Cluster cluster) throws ClusterException {
        Map<String, Set<String>> all = new TreeMap<>();
        for (IndexLine line : cluster.indices()) {
            add(all, line.name(), line.name());
        }
        cluster.request("GET", "/_alias", null)
                .properties()
                .forEach(index -> index.getValue()
                        .path("aliases")
                        .fieldNames()
                        .forEachRemaining(alias -> add(all, alias, index.getKey())));
        dataStreams(cluster).forEach((stream, indices) -> indices.forEach(index -> add(all, stream, index)));
        return new ClusterNames(all);
    }

    private static void add(Map<String, Set<String>> all, String name, String index) {
        all.computeIfAbsent(name, one -> new TreeSet<>()).add(index);
    }

    /** The indices of each data stream. Who has no data streams says so with 400, 404 or 405. */
    static Map<String, Set<String>> dataStreams(Cluster cluster) throws ClusterException {
        Map<String, Set<String>> streams = new TreeMap<>();
        try {
            cluster.request("GET", "/_data_stream", null).path("data_streams").forEach(stream -> {
                Set<String> indices =
                        streams.computeIfAbsent(stream.path("name").asText(), name -> new TreeSet<>());
                stream.path("indices")
                        .forEach(index -> indices.add(index.path("index_name").asText()));
            });
        } catch (ClusterException e) {
            if (!e.isRefusal()) {
                throw e;
            }
        }
        return streams;
    }

    /** The indices of all names that a pattern fits; none where it fits none. */
    Set<String> standingFor(String pattern) {
        Set<String> found = new TreeSet<>();
        indices.forEach((name, of) -> {
            if (IndexNames.matches(pattern, name)) {
                found.addAll(of);
            }
        });
        return found;
    }
}
