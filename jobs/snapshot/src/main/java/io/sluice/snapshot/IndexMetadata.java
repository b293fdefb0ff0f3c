package io.sluice.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a snapshot says of an index.
 *
 * @param name the index's name
 * @param uuid the index's incarnation ({@code index.uuid})
 * @param shards number of primary shards
 * @param routingShards {@code routing_num_shards}; what the hash of a routing is taken by
 * @param settings flat, with full keys: {@code index.number_of_shards}
 * @param mappings the mapping as the mapping API shows it without a type around it: {@code {"properties": …}}
 * @param aliases by name
 * @param closed whether it was closed
 */
public record IndexMetadata(
        String name,
        String uuid,
        int shards,
        int routingShards,
        JsonNode settings,
        ObjectNode mappings,
        ObjectNode aliases,
        boolean closed) {}
