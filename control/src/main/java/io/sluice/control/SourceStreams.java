package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.ServerInfo;
import io.sluice.cluster.ServerInfo.Flavor;
import io.sluice.transform.DataStreams;
import java.util.HashMap;
import java.util.Map;

/** Which indices of a living source are of data streams. */
final class SourceStreams {

    /** The first Elasticsearch that writes dates into the names of such indices: 7.11. */
    private static final int DATED_MAJOR = 7;

    private static final int DATED_MINOR = 11;

    private SourceStreams() {}

    /** Asks for them. */
    static DataStreams of(Cluster source) throws ClusterException {
        return of(source, source.request("GET", "/_all/_settings?expand_wildcards=all", null));
    }

    /**
     * Asks which indices each stream has. Of one that is hidden, or of a server that does not tell, the names of indices say it, with the
     * version that made them.
     *
     * @param settings of all indices
     */
    static DataStreams of(Cluster source, JsonNode settings) throws ClusterException {
        Map<String, String> streams = new HashMap<>();
        for (Map.Entry<String, JsonNode> index : settings.properties()) {
            int created = index.getValue().at("/settings/index/version/created").asInt();
            String stream = DataStreams.named(index.getKey(), DataStreams.isDated(created));
            if (stream != null) {
                streams.put(index.getKey(), stream);
            }
        }
        ClusterNames.dataStreams(source)
                .forEach((stream, indices) -> indices.forEach(index -> streams.put(index, stream)));
        return new DataStreams(streams, isDated(source.info()));
    }

    private static boolean isDated(ServerInfo info) {
        String[] numbers = info.version().split("\\D", 3);
        boolean isLater = info.major() > DATED_MAJOR
                || (info.major() == DATED_MAJOR && numbers.length > 1 && Integer.parseInt(numbers[1]) >= DATED_MINOR);
        return info.flavor() == Flavor.ELASTICSEARCH && isLater;
    }
}
