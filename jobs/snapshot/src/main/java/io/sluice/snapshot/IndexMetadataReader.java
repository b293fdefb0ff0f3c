package io.sluice.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot says of an index.
 *
 * <pre>
 *   {index: {"state": "open", "routing_num_shards": …, "settings": {…}, "mappings": […], "aliases": {…}}}
 * </pre>
 *
 * {@code mappings} is an array (or one object) of mappings, each an object or the bytes of one, which may be
 * SMILE, JSON, and deflated; around each stands its type's name.
 */
final class IndexMetadataReader {

    /** The keys that stand at the top of a mapping; another one, alone, is the name of a type. */
    private static final Set<String> MAPPING_KEYS = Set.of(
            "properties",
            "dynamic",
            "dynamic_templates",
            "date_detection",
            "dynamic_date_formats",
            "numeric_detection",
            "runtime");

    private static final String DEFAULT_TYPE = "_doc";

    /** The mapping that others begin with, and the one of registered queries. */
    private static final Set<String> WITHOUT_DOCUMENTS = Set.of("_default_", ".percolator");

    /** Indices of later Elasticsearch 9 (9.5.3 is one) take the hash of a routing by their shards, whatever else their metadata say. */
    private static final int FIRST_ROUTED_BY_SHARDS = 9_064_000;

    /** Where the versions of OpenSearch begin, in the same setting. */
    private static final int FIRST_OF_OPENSEARCH = 1 << 27;

    private final String blob;
    private final ObjectNode merged = JsonNodeFactory.instance.objectNode();
    private final Map<String, ObjectNode> types = new LinkedHashMap<>();
    private final List<String> conflicts = new ArrayList<>();

    private IndexMetadataReader(String blob) {
        this.blob = blob;
    }

    static IndexMetadata read(String blob, String name, ObjectNode document) throws IOException {
        JsonNode index = document.has(name)
                ? document.get(name)
                : document.elements().hasNext() ? document.elements().next() : document;
        return new IndexMetadataReader(blob).read(name, index);
    }

    private IndexMetadata read(String name, JsonNode index) throws IOException {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        flatten("", index.path("settings"), settings);
        int shards = settings.path("index.number_of_shards").asInt(0);
        if (shards <= 0) {
            throw corrupt(
                    "index.number_of_shards of \"" + name + "\"",
                    "\"" + settings.path("index.number_of_shards").asText() + "\"");
        }
        readMappings(index.path("mappings"));
        return new IndexMetadata(
                name,
                settings.path("index.uuid").asText(""),
                shards,
                routingShards(index, settings, shards),
                primaryTerms(index.path("primary_terms"), shards),
                settings,
                merged,
                types,
                conflicts,
                aliases(index.path("aliases")),
                index.path("state").asText("open").equals("close"));
    }

    private static int routingShards(JsonNode index, ObjectNode settings, int shards) {
        int created = settings.path("index.version.created").asInt();
        boolean byShards = created >= FIRST_ROUTED_BY_SHARDS && created < FIRST_OF_OPENSEARCH;
        return byShards ? shards : index.path("routing_num_shards").asInt(shards);
    }

    private static List<Long> primaryTerms(JsonNode terms, int shards) {
        List<Long> byShard = new ArrayList<>();
        for (int shard = 0; shard < shards && terms.has(shard); shard++) {
            byShard.add(terms.get(shard).asLong());
        }
        return byShard;
    }

    private static void flatten(String prefix, JsonNode node, ObjectNode into) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (field.getValue().isObject()) {
                flatten(prefix + field.getKey() + ".", field.getValue(), into);
            } else {
                into.set(prefix + field.getKey(), field.getValue());
            }
        }
    }

    /** An index may have several types until Elasticsearch 6; what they say of fields is put together. */
    private void readMappings(JsonNode mappings) throws IOException {
        if (mappings.isArray()) {
            for (JsonNode mapping : mappings) {
                add(object(mapping));
            }
        } else if (mappings.isObject()) {
            add(object(mappings));
        }
    }

    private void add(ObjectNode mapping) {
        String type = type(mapping);
        if (!WITHOUT_DOCUMENTS.contains(type)) {
            ObjectNode inner = mapping.path(type) instanceof ObjectNode below ? below : mapping;
            types.put(type, inner);
            merge("", inner, merged);
        }
    }

    private void merge(String prefix, ObjectNode type, ObjectNode into) {
        for (Map.Entry<String, JsonNode> entry : type.properties()) {
            JsonNode there = into.get(entry.getKey());
            String path = prefix + entry.getKey();
            if (there instanceof ObjectNode both && entry.getValue() instanceof ObjectNode inner) {
                merge(path + ".", inner, both);
            } else {
                noteConflict(prefix, entry, there);
                into.set(entry.getKey(), entry.getValue().deepCopy());
            }
        }
    }

    private void noteConflict(String prefix, Map.Entry<String, JsonNode> entry, @Nullable JsonNode there) {
        boolean isKind = entry.getKey().equals("type") && prefix.contains("properties.");
        if (isKind && there != null && !there.equals(entry.getValue())) {
            String field = prefix.substring(0, prefix.length() - 1)
                    .replace("properties.", "")
                    .replace(".fields.", ".");
            conflicts.add("%s (%s, %s)"
                    .formatted(field, there.asText(), entry.getValue().asText()));
        }
    }

    /** The name around a mapping; where there is none, the one that later versions have. */
    private static String type(ObjectNode mapping) {
        if (mapping.size() != 1) {
            return DEFAULT_TYPE;
        }
        Map.Entry<String, JsonNode> only = mapping.properties().iterator().next();
        boolean isType = !MAPPING_KEYS.contains(only.getKey()) && !isMetadataField(only);
        return isType && only.getValue().isObject() ? only.getKey() : DEFAULT_TYPE;
    }

    /** {@code {"_source": {"enabled": false}}} has no type around it, {@code {"_doc": {…}}} has. */
    private static boolean isMetadataField(Map.Entry<String, JsonNode> field) {
        return field.getKey().startsWith("_")
                && !field.getKey().equals("_doc")
                && !field.getKey().equals("_default_");
    }

    private ObjectNode aliases(JsonNode aliases) throws IOException {
        ObjectNode decoded = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> alias : aliases.properties()) {
            ObjectNode value = object(alias.getValue());
            if (value.path("filter").isBinary() || value.path("filter").isTextual()) {
                value.set("filter", object(value.get("filter")));
            }
            decoded.set(alias.getKey(), value);
        }
        return decoded;
    }

    private ObjectNode object(JsonNode node) throws IOException {
        JsonNode decoded = node.isBinary() || node.isTextual() ? MetadataBlob.document(blob, 0, bytes(node)) : node;
        if (decoded instanceof ObjectNode object) {
            return object;
        }
        throw corrupt("an object in mappings or aliases", String.valueOf(decoded.getNodeType()));
    }

    /** Where the document itself is JSON, bytes are base64. */
    private byte[] bytes(JsonNode node) throws IOException {
        try {
            return node.binaryValue();
        } catch (IOException e) {
            throw corrupt("the bytes of a document", "\"" + e.getMessage() + "\"");
        }
    }

    private CorruptBlobException corrupt(String expected, String found) {
        return new CorruptBlobException(blob, 0, expected, found);
    }
}
