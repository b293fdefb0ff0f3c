package io.sluice.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

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

    private final String blob;

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
        return new IndexMetadata(
                name,
                settings.path("index.uuid").asText(""),
                shards,
                index.path("routing_num_shards").asInt(shards),
                settings,
                mappings(index.path("mappings")),
                aliases(index.path("aliases")),
                index.path("state").asText("open").equals("close"));
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

    private ObjectNode mappings(JsonNode mappings) throws IOException {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        if (mappings.isArray()) {
            for (JsonNode mapping : mappings) {
                add(withoutType(object(mapping)), merged);
            }
        } else if (mappings.isObject()) {
            merged.setAll(withoutType(object(mappings)));
        }
        return merged;
    }

    /** An index may have several types until Elasticsearch 6, and a field means the same in all of them. */
    private static void add(ObjectNode type, ObjectNode merged) {
        for (Map.Entry<String, JsonNode> entry : type.properties()) {
            boolean isInBoth = merged.get(entry.getKey()) instanceof ObjectNode
                    && entry.getValue().isObject();
            if (isInBoth) {
                add((ObjectNode) entry.getValue(), (ObjectNode) merged.get(entry.getKey()));
            } else {
                merged.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private static ObjectNode withoutType(ObjectNode mapping) {
        Iterator<Map.Entry<String, JsonNode>> fields = mapping.properties().iterator();
        if (mapping.size() != 1) {
            return mapping;
        }
        Map.Entry<String, JsonNode> only = fields.next();
        boolean isType = !MAPPING_KEYS.contains(only.getKey()) && !isMetadataField(only);
        return isType && only.getValue() instanceof ObjectNode inner ? inner : mapping;
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
