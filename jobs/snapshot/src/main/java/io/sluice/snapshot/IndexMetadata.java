package io.sluice.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a snapshot says of an index.
 *
 * @param name the index's name
 * @param uuid the index's incarnation ({@code index.uuid})
 * @param shards number of primary shards
 * @param routingShards what the hash of a routing is taken by: {@code routing_num_shards}, or the shards in later versions of Elasticsearch 9
 * @param primaryTerms how often each shard has had another primary, by shard; empty where the metadata have none (before Elasticsearch 5)
 * @param settings flat, with full keys: {@code index.number_of_shards}
 * @param mappings the mapping as the mapping API shows it without a type around it: {@code {"properties": …}}
 * @param typeMappings the mapping of each type that holds documents, without the type around it; one but for indices of Elasticsearch 5 and before
 * @param conflicts the paths of fields that are of different kinds in several types, with the kinds
 * @param aliases by name
 * @param closed whether it was closed
 */
public record IndexMetadata(
        String name,
        String uuid,
        int shards,
        int routingShards,
        List<Long> primaryTerms,
        JsonNode settings,
        ObjectNode mappings,
        Map<String, ObjectNode> typeMappings,
        List<String> conflicts,
        ObjectNode aliases,
        boolean closed) {

    public IndexMetadata {
        primaryTerms = List.copyOf(primaryTerms);
        typeMappings = Collections.unmodifiableMap(new LinkedHashMap<>(typeMappings));
        conflicts = List.copyOf(conflicts);
    }

    /** The mapping types that hold documents, in the order of the snapshot. */
    public List<String> types() {
        return List.copyOf(typeMappings.keySet());
    }

    /** The primary term of a shard, or 0 when it is not known; no operation has that. */
    public long primaryTerm(int shard) {
        return shard < primaryTerms.size() ? primaryTerms.get(shard) : 0;
    }
}
