package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of requests that define indices, as the target takes them: without mapping types, and without what belongs to the
 * source's operation. The arguments may be changed.
 */
public final class IndexBodies {

    private static final String DEFAULT_TYPE = "_default_";

    /** What stands at the root of a mapping that has no type around it. */
    private static final Set<String> ROOT = Set.of(
            "properties",
            "dynamic",
            "dynamic_templates",
            "dynamic_date_formats",
            "date_detection",
            "numeric_detection",
            "runtime",
            "subobjects",
            "enabled",
            "_source",
            "_routing",
            "_meta",
            "_size",
            "_field_names",
            IndexDefinition.STREAM_TIMESTAMP,
            "_all",
            "_parent",
            "_timestamp",
            "_ttl");

    /** What the target does not know at the root of a mapping. */
    private static final List<String> UNKNOWN_ROOT =
            List.of("_all", "_parent", "_timestamp", "_ttl", "runtime", "subobjects", IndexDefinition.STREAM_TIMESTAMP);

    private static final Set<String> LAYOUT =
            Set.of("index.number_of_shards", "index.number_of_routing_shards", "index.routing_partition_size");

    /** Settings in a template that the target refuses, or that are the source's operation. */
    private static final List<String> NOT_IN_TEMPLATES = List.of(
            "index.lifecycle.",
            "index.routing.allocation.",
            "index.blocks.",
            "index.default_pipeline",
            "index.final_pipeline",
            "index.mode",
            "index.time_series.",
            "index.look_ahead_time",
            "index.routing_path",
            "index.mapping.source.",
            "index.mapping.synthetic_source_keep",
            "index.mapper.dynamic",
            "index.codec",
            "index.sort.mode",
            "index.frozen",
            "index.uuid",
            "index.creation_date",
            "index.provided_name",
            "index.version.");

    private static final List<String> UNKNOWN_IN_TEMPLATES = List.of(
            "allow_auto_create", "deprecated", "ignore_missing_component_templates", "created_date", "modified_date");

    private IndexBodies() {}

    /**
     * The body that makes an index, alone or by a rollover: settings, mappings and aliases.
     *
     * @param strict whether {@code dynamic: true} becomes {@code strict} until the cutover, kept in {@code _meta}
     */
    public static ObjectNode index(ObjectNode body, boolean strict) {
        ObjectNode made = JsonNodeFactory.instance.objectNode();
        boolean isSettingsAlone = !body.isEmpty()
                && !body.has("settings")
                && !body.has("mappings")
                && !body.has("aliases")
                && !body.has("conditions");
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        flatten("", isSettingsAlone ? body : body.path("settings"), settings);
        for (Map.Entry<String, JsonNode> setting : List.copyOf(settings.properties())) {
            if (!LAYOUT.contains(setting.getKey()) && !IndexDefinition.isKept(setting.getKey())) {
                settings.remove(setting.getKey());
            }
        }
        if (!settings.isEmpty()) {
            made.set("settings", settings);
        }
        ObjectNode mappings = untyped(
                body.path("mappings") instanceof ObjectNode given ? given : JsonNodeFactory.instance.objectNode());
        if (strict) {
            ObjectNode mark = JsonNodeFactory.instance.objectNode();
            IndexDefinition.makeStrict(mappings, mark);
            if (!mark.isEmpty()) {
                IndexDefinition.put(mark, mappings);
            }
        }
        if (!mappings.isEmpty()) {
            made.set("mappings", mappings);
        }
        if (body.path("aliases") instanceof ObjectNode aliases && !aliases.isEmpty()) {
            made.set("aliases", aliases);
        }
        return made;
    }

    /**
     * The body that changes a mapping. That it makes fields by itself is left out: at the target that begins with the cutover. So is its
     * {@code _meta}: a mapping has one only, and the target's says whose the index is.
     *
     * @param type that the path names; null when it names none
     */
    public static ObjectNode mapping(ObjectNode body, @Nullable String type) {
        ObjectNode inner =
                type != null && body.size() == 1 && body.path(type) instanceof ObjectNode typed ? typed : body;
        ObjectNode mapping = untyped(inner);
        if (mapping.path("dynamic").asText("").equals("true")) {
            mapping.remove("dynamic");
        }
        mapping.remove("_meta");
        return mapping;
    }

    /** The body that changes settings: those without which the source's documents may be refused. Often empty. */
    public static ObjectNode settings(ObjectNode body) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        flatten("", body.path("settings") instanceof ObjectNode inner ? inner : body, settings);
        for (Map.Entry<String, JsonNode> setting : List.copyOf(settings.properties())) {
            if (!IndexDefinition.isKept(setting.getKey())) {
                settings.remove(setting.getKey());
            }
        }
        return settings;
    }

    /** The body of a template of the old kind. */
    public static ObjectNode legacyTemplate(ObjectNode body) {
        ObjectNode made = body;
        JsonNode pattern = made.remove("template");
        if (pattern != null && pattern.isTextual() && !made.has("index_patterns")) {
            made.putArray("index_patterns").add(pattern.asText());
        }
        definitions(made);
        return made;
    }

    /**
     * The body of a composable index template, or of a component of such. One that makes data streams makes plain indices at the target,
     * and keeps in its {@code _meta} what it said of streams.
     */
    public static ObjectNode template(ObjectNode body) {
        body.remove(UNKNOWN_IN_TEMPLATES);
        if (body.path("template") instanceof ObjectNode template) {
            template.remove("lifecycle");
            definitions(template);
        }
        if (body.remove("data_stream") instanceof ObjectNode stream) {
            ObjectNode meta = body.path("_meta") instanceof ObjectNode there ? there : body.putObject("_meta");
            meta.putObject(IndexDefinition.META).set("data_stream", stream);
        }
        return body;
    }

    /** Whether a template that {@link #template} made would have made data streams. */
    public static boolean isOfStreams(JsonNode template) {
        return template.path("_meta").path(IndexDefinition.META).has("data_stream");
    }

    private static void definitions(ObjectNode template) {
        if (template.has("settings")) {
            ObjectNode settings = JsonNodeFactory.instance.objectNode();
            flatten("", template.path("settings"), settings);
            for (Map.Entry<String, JsonNode> setting : List.copyOf(settings.properties())) {
                if (NOT_IN_TEMPLATES.stream().anyMatch(setting.getKey()::startsWith)) {
                    settings.remove(setting.getKey());
                }
            }
            template.set("settings", settings);
        }
        if (template.path("mappings") instanceof ObjectNode mappings) {
            template.set("mappings", untyped(mappings));
        }
    }

    /** The fields of all types together; of fields with one name the first counts. */
    private static ObjectNode untyped(ObjectNode mappings) {
        ObjectNode made = mappings;
        if (isTyped(mappings)) {
            made = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> type : mappings.properties()) {
                if (!type.getKey().equals(DEFAULT_TYPE) && type.getValue() instanceof ObjectNode mapping) {
                    union(made, mapping);
                }
            }
        }
        made.remove(UNKNOWN_ROOT);
        IndexDefinition.useKnownSourceMode(made);
        return made;
    }

    private static boolean isTyped(ObjectNode mappings) {
        for (Map.Entry<String, JsonNode> part : mappings.properties()) {
            if (ROOT.contains(part.getKey()) || !part.getValue().isObject()) {
                return false;
            }
        }
        return !mappings.isEmpty();
    }

    private static void union(ObjectNode into, ObjectNode mapping) {
        for (Map.Entry<String, JsonNode> part : mapping.properties()) {
            JsonNode there = into.get(part.getKey());
            if (there == null) {
                into.set(part.getKey(), part.getValue());
            } else if (part.getKey().equals("properties")
                    && there instanceof ObjectNode fields
                    && part.getValue() instanceof ObjectNode more) {
                more.properties().forEach(field -> {
                    if (!fields.has(field.getKey())) {
                        fields.set(field.getKey(), field.getValue());
                    }
                });
            }
        }
    }

    /** Settings may be nested, and may lack {@code index.} before them. */
    private static void flatten(String prefix, JsonNode settings, ObjectNode into) {
        for (Map.Entry<String, JsonNode> setting : settings.properties()) {
            String key = prefix + setting.getKey();
            if (setting.getValue().isObject()) {
                flatten(key + ".", setting.getValue(), into);
            } else {
                into.set(key.startsWith("index.") ? key : "index." + key, setting.getValue());
            }
        }
    }
}
