package io.sluice.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.ClusterException.Kind;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one document four times, as the data path does: in a bulk, with our id and an {@code external_gte}
 * version. The index is new and has one shard, so the items are carried out in their order.
 */
final class FenceTrial {

    private static final Logger LOG = LoggerFactory.getLogger(FenceTrial.class);
    private static final int SUFFIX_LENGTH = 12;
    private static final String ID = "fence-probe";
    private static final int CONFLICT = 409;

    private static final long[] VERSIONS = {0, 0, 7, 5};
    private static final String[] WANTED = {
        "version 0 is accepted", "the same version again is accepted",
        "a higher version is accepted", "a lower version is refused with 409"
    };

    private final Cluster cluster;

    FenceTrial(Cluster cluster) {
        this.cluster = cluster;
    }

    FenceProbe run(String scratchIndex) throws ClusterException {
        String suffix = UUID.randomUUID().toString().replace("-", "").substring(0, SUFFIX_LENGTH);
        String index = scratchIndex + "-" + suffix;
        try {
            cluster.createIndex(index, oneShard());
            return judge(cluster.bulk("try the fence on the index " + index, Cluster.path(index) + "/_bulk", lines()));
        } catch (ClusterException e) {
            if (e.isRefusal() || e.kind() == Kind.FORBIDDEN) {
                return FenceProbe.fails(String.valueOf(e.getMessage()));
            }
            throw e;
        } finally {
            delete(index);
        }
    }

    private static ObjectNode oneShard() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("settings").putObject("index").put("number_of_shards", 1).put("number_of_replicas", 0);
        return body;
    }

    private static String lines() {
        StringBuilder lines = new StringBuilder();
        for (long version : VERSIONS) {
            lines.append("{\"index\":{\"_id\":\"%s\",\"version\":%d,\"version_type\":\"external_gte\"}}\n{}\n"
                    .formatted(ID, version));
        }
        return lines.toString();
    }

    private static FenceProbe judge(JsonNode answer) {
        JsonNode items = answer.path("items");
        if (items.size() != VERSIONS.length) {
            return FenceProbe.fails(
                    "a bulk of %d writes was answered with %d items".formatted(VERSIONS.length, items.size()));
        }
        for (int i = 0; i < VERSIONS.length; i++) {
            JsonNode item = items.path(i).path("index");
            int status = item.path("status").asInt();
            boolean last = i == VERSIONS.length - 1;
            if (last ? status != CONFLICT : status / 100 != 2) {
                return FenceProbe.fails("expected that %s, but the answer was %d %s"
                        .formatted(WANTED[i], status, item.at("/error/reason").asText())
                        .strip());
            }
            if (!item.path("_id").asText().equals(ID)) {
                return FenceProbe.fails(
                        "expected that the id %s is kept, but the cluster made it %s".formatted(ID, item.path("_id")));
            }
        }
        return FenceProbe.WORKS;
    }

    /** Also when it may not have been created: an answer that was lost does not tell. */
    private void delete(String index) {
        try {
            cluster.deleteIndex(index);
        } catch (ClusterException e) {
            if (e.status() != 404) {
                LOG.warn("The scratch index {} may be left behind; delete it by hand: {}", index, e.getMessage());
            }
        }
    }
}
