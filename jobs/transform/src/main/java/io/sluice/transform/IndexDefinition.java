package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The definition with which an index of the source is created on the target: the source's own mappings,
 * and of its settings only what decides where a document lies and what a mapping needs. Never blocks,
 * pipelines, allocation, tiers, or a closed state: they belong to the source's operation.
 *
 * @see <a href="https://docs.opensearch.org/latest/install-and-configure/configuring-opensearch/index-settings/">index settings</a>
 */
public final class IndexDefinition {

    /** The key below a mapping's {@code _meta} that says whose the index is. */
    public static final String META = "sluice";

    /** The key below {@link #META} that names the data stream whose index it is. */
    private static final String STREAM = "data_stream";

    /** What makes a server refuse documents without the time by which a stream is ordered. */
    static final String STREAM_TIMESTAMP = "_data_stream_timestamp";

    private static final String ANALYSIS = "index.analysis.";
    private static final String SIMILARITY = "index.similarity.";

    /** Limits without which the source's own mapping, or its next document, would be refused. */
    private static final String MAPPING_LIMITS = "index.mapping.";

    /** How a source is made of other fields: Elasticsearch's own. The target stores it. */
    private static final List<String> SYNTHETIC =
            List.of("index.mapping.source.", "index.mapping.synthetic_source_keep");

    private IndexDefinition() {}

    /**
     * Whose an index is.
     *
     * @param migration the migration's name
     * @param sourceUuid the source index's UUID; empty when the source had it no more when it was made
     * @param type the mapping type whose documents it has; empty where it has those of all
     */
    public record Origin(String migration, String sourceUuid, String type) {

        /** The request whose answer {@link #ofEach} reads: closed and hidden indices too. */
        public static final String OF_EACH = "/_all/_mapping?expand_wildcards=all&filter_path=*.mappings._meta." + META;

        /** The origin of an index with all documents of one of the source. */
        public Origin(String migration, String sourceUuid) {
            this(migration, sourceUuid, "");
        }

        /** The origin that an index's mapping names; all parts empty when it names none. */
        public static Origin of(JsonNode mappings) {
            JsonNode meta = mappings.path("_meta").path(META);
            return new Origin(
                    meta.path("migration").asText(""),
                    meta.path("source_uuid").asText(""),
                    meta.path("type").asText(""));
        }

        /** The origin of each index that names one, from the answer to {@link #OF_EACH}. */
        public static Map<String, Origin> ofEach(JsonNode answer) {
            Map<String, Origin> origins = new HashMap<>();
            for (Map.Entry<String, JsonNode> index : answer.properties()) {
                Origin origin = of(index.getValue().path("mappings"));
                if (origin.isNamed()) {
                    origins.put(index.getKey(), origin);
                }
            }
            return origins;
        }

        /** Whether the index was made by a migration at all. */
        public boolean isNamed() {
            return !migration.isEmpty();
        }

        /**
         * Why an index that is there is not this one, for a person: whose it is, and whose it was expected to be.
         *
         * @param index its name
         * @param found the origin that it names
         */
        public String against(String index, Origin found) {
            String whose = found.isNamed() ? "it was made by " + found.inWords() : "it was not made by a migration";
            return "target index %s exists and %s; expected %s".formatted(index, whose, inWords());
        }

        private String inWords() {
            String from = "migration %s from %s"
                    .formatted(migration, sourceUuid.isEmpty() ? "an unknown index" : "source index " + sourceUuid);
            return type.isEmpty() ? from : from + ", type " + type;
        }
    }

    /** Marks an index that is to have these mappings; what else the mark holds stays. */
    public static void mark(ObjectNode mappings, Origin origin) {
        JsonNode there = mappings.path("_meta").path(META);
        put(naming(there instanceof ObjectNode mark ? mark : JsonNodeFactory.instance.objectNode(), origin), mappings);
    }

    private static ObjectNode naming(ObjectNode mark, Origin origin) {
        mark.remove(List.of("source_uuid", "type"));
        mark.put("migration", origin.migration());
        if (!origin.sourceUuid().isEmpty()) {
            mark.put("source_uuid", origin.sourceUuid());
        }
        if (!origin.type().isEmpty()) {
            mark.put("type", origin.type());
        }
        return mark;
    }

    /**
     * The body of the create request.
     *
     * @param layout where its documents are to lie
     * @param settings of the source, flat
     * @param mappings of the source, without a type around them; not changed
     * @param strict whether {@code dynamic: true} becomes {@code strict} until the cutover, kept in {@code _meta}
     */
    public static ObjectNode of(
            ShardLayout layout, JsonNode settings, ObjectNode mappings, Origin origin, boolean strict) {
        return of(layout, settings, mappings, origin, strict, null);
    }

    /**
     * The body of the create request of an index that may be of a data stream: then it is hidden, and an alias stands for the stream.
     *
     * @param stream its name at the target; null for none
     */
    public static ObjectNode of(
            ShardLayout layout,
            JsonNode settings,
            ObjectNode mappings,
            Origin origin,
            boolean strict,
            @Nullable String stream) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode kept = body.putObject("settings");
        kept.put("index.number_of_shards", layout.shards());
        kept.put("index.number_of_routing_shards", layout.routingShards());
        if (layout.partitionSize() > 1) {
            kept.put("index.routing_partition_size", layout.partitionSize());
        }
        for (Map.Entry<String, JsonNode> setting : settings.properties()) {
            if (isKept(setting.getKey())) {
                kept.set(setting.getKey(), setting.getValue());
            }
        }
        body.set("mappings", mappings(mappings, layout, origin, strict));
        if (stream != null) {
            kept.put("index.hidden", true);
            body.withObject("/mappings/_meta/" + META).put(STREAM, stream);
            body.putObject("aliases").putObject(stream);
        }
        return body;
    }

    /** The data stream of the target whose index has, or gets, these mappings; empty for none. */
    public static String streamOf(JsonNode mappings) {
        return mappings.path("_meta").path(META).path(STREAM).asText("");
    }

    static boolean isKept(String key) {
        return (key.startsWith(ANALYSIS) || key.startsWith(SIMILARITY) || key.startsWith(MAPPING_LIMITS))
                && SYNTHETIC.stream().noneMatch(key::startsWith);
    }

    private static ObjectNode mappings(ObjectNode source, ShardLayout layout, Origin origin, boolean strict) {
        ObjectNode mappings = source.deepCopy();
        ObjectNode mark = naming(JsonNodeFactory.instance.objectNode(), origin);
        if (layout.partitionSize() > 1) {
            mappings.withObject("/_routing").put("required", true); // no server makes the index without it
        }
        if (strict) {
            makeStrict(mappings, mark);
        }
        useKnownSourceMode(mappings);
        mappings.remove(STREAM_TIMESTAMP);
        put(mark, mappings);
        return mappings;
    }

    /** Remembers in the mark what is to be again after the cutover. */
    static void makeStrict(ObjectNode mappings, ObjectNode mark) {
        if (isDynamic(mappings.path("dynamic"))) {
            mark.set("dynamic", mappings.path("dynamic").isMissingNode() ? mark.nullNode() : mappings.get("dynamic"));
            mappings.put("dynamic", "strict");
        }
    }

    static void put(ObjectNode mark, ObjectNode mappings) {
        JsonNode meta = mappings.path("_meta");
        ObjectNode marked = meta.isObject() ? (ObjectNode) meta : mappings.putObject("_meta");
        marked.set(META, mark);
    }

    /** The mode of a source is Elasticsearch's; what it says of a source that is not wanted at all has an older form. */
    static void useKnownSourceMode(ObjectNode mappings) {
        if (mappings.path("_source") instanceof ObjectNode source && source.has("mode")) {
            if (source.remove("mode").asText().equalsIgnoreCase("disabled")) {
                source.put("enabled", false);
            }
        }
    }

    /** Absent means true. */
    private static boolean isDynamic(JsonNode dynamic) {
        return dynamic.isMissingNode() || dynamic.asText().equals("true");
    }
}
