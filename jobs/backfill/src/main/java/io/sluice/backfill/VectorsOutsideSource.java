package io.sluice.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.snapshot.IndexMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Since Elasticsearch 9.2 vectors are taken out of the stored {@code _source}, unless
 * {@code index.mapping.exclude_source_vectors} is false, and nothing in the segment says so. Such an index is refused by name: its
 * documents would arrive without them.
 */
final class VectorsOutsideSource {

    /** The first of Elasticsearch 9, as {@code index.version.created} has it; minor versions cannot be told from it. */
    private static final int ELASTICSEARCH_9 = 9_000_000;

    /** The mapping types whose mappers take their values out. */
    private static final Set<String> TYPES = Set.of("dense_vector", "sparse_vector", "rank_vectors");

    /** OpenSearch's versions have this bit. */
    private static final int OPENSEARCH = 1 << 27;

    private VectorsOutsideSource() {}

    /** The paths of the fields whose vectors may be missing from the index's documents. */
    static List<String> of(IndexMetadata index) {
        int created = index.settings().path("index.version.created").asInt();
        boolean keepsThem = index.settings()
                .path("index.mapping.exclude_source_vectors")
                .asText("true")
                .equals("false");
        List<String> fields = new ArrayList<>();
        if (created >= ELASTICSEARCH_9 && created < OPENSEARCH && !keepsThem) {
            collect("", index.mappings(), fields);
        }
        return fields;
    }

    private static void collect(String prefix, JsonNode mapping, List<String> into) {
        for (Map.Entry<String, JsonNode> field : mapping.path("properties").properties()) {
            String path = prefix + field.getKey();
            if (TYPES.contains(field.getValue().path("type").asText())) {
                into.add(path);
            }
            collect(path + ".", field.getValue(), into);
        }
    }
}
