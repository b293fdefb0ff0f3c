package io.sluice.verify;

import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.IndexLine;
import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which incarnations of indices are read: one that was deleted and made again under its name has another UUID, and what was read of
 * it before means nothing.
 *
 * @param cluster its UUID; empty where it tells none
 * @param indices UUID by name
 */
record Incarnations(String cluster, Map<String, String> indices) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The status of an index that cannot be read. */
    static final String CLOSED = "close";

    static final Incarnations NONE = new Incarnations("", Map.of());

    Incarnations {
        indices = Map.copyOf(indices);
    }

    /** @param names of indices that are read */
    static Incarnations of(Cluster cluster, Collection<IndexLine> lines, Collection<String> names)
            throws ClusterException {
        Map<String, String> indices = new TreeMap<>();
        for (IndexLine line : lines) {
            if (names.contains(line.name()) && !line.status().equals(CLOSED)) {
                indices.put(line.name(), line.uuid());
            }
        }
        return new Incarnations(uuid(cluster), indices);
    }

    /** Some paths to a cluster do not hand its root through. */
    private static String uuid(Cluster cluster) throws ClusterException {
        try {
            return cluster.request("GET", "/", null).path("cluster_uuid").asText("");
        } catch (ClusterException e) {
            if (!e.isRefusal()) {
                throw e;
            }
            return "";
        }
    }

    /** Those that are not what they were, closed, or not there any more; all of them in another cluster. */
    Collection<String> changed(Cluster cluster) throws ClusterException {
        Incarnations now = of(cluster, cluster.indices(), indices.keySet());
        TreeSet<String> changed = new TreeSet<>();
        indices.forEach((name, uuid) -> {
            if (!now.cluster().equals(this.cluster)
                    || !uuid.equals(now.indices().get(name))) {
                changed.add(name);
            }
        });
        return changed;
    }

    /** The same for the same. */
    String describe() {
        return cluster + " " + new TreeMap<>(indices);
    }
}
