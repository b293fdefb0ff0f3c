package io.sluice.replay.names;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** {@link NameEffects} that come together out of definitions, in the forms that servers have for them. Belongs to one thread. */
public final class GatheredEffects {

    private static final String DEFAULT_PIPELINE = "default_pipeline";
    private static final String FINAL_PIPELINE = "final_pipeline";
    private static final String NO_PIPELINE = "_none";

    /** The first two give a write its routing; old servers take the others for the second. */
    private static final List<String> ROUTINGS = List.of("routing", "index_routing", "indexRouting", "index-routing");

    private final Set<String> routed = new HashSet<>();
    private final Set<String> piped = new HashSet<>();
    private final Map<String, Set<String>> leads = new HashMap<>();

    /** What came together. */
    public NameEffects done() {
        return new NameEffects(routed, piped, leads);
    }

    /**
     * Takes an index, or what a template makes of indices to come.
     *
     * @param definition with {@code settings} and {@code aliases}; before Elasticsearch 5 settings could also stand there by themselves
     * @param names of the index, or the template's patterns
     */
    public void definition(JsonNode definition, Collection<String> names) {
        if (hasPipeline(definition)) {
            piped.addAll(names);
        }
        settings(definition.path("settings"), names);
        definition.path("aliases").properties().forEach(alias -> alias(alias.getKey(), alias.getValue(), names));
    }

    /** Takes settings that some indices get, which may be named by a pattern. */
    public void settings(JsonNode settings, Collection<String> names) {
        if (hasPipeline(settings)) {
            piped.addAll(names);
        }
    }

    /** Takes an alias of some indices; a template may have the name of an index stand in the alias's. */
    public void alias(String name, JsonNode parameters, Collection<String> indices) {
        String alias = name.replace("{index}", "*");
        if (ROUTINGS.stream().anyMatch(parameters::hasNonNull)) {
            routed.add(alias);
        }
        leads(alias, indices);
    }

    /** Takes a composable template. */
    public void indexTemplate(JsonNode template) {
        List<String> patterns = patterns(template);
        definition(template.path("template"), patterns);
        texts(template.path("composed_of")).forEach(part -> leads(NameEffects.part(part), patterns));
    }

    /** Takes a template of the kind that was the only one before Elasticsearch 7.8. */
    public void legacyTemplate(JsonNode template) {
        definition(template, patterns(template));
    }

    /** Takes a part of composable templates. */
    public void componentTemplate(String name, JsonNode template) {
        definition(template.path("template"), List.of(NameEffects.part(name)));
    }

    /** What is said of the one counts for the others. */
    public void leads(String name, Collection<String> others) {
        if (!others.isEmpty()) {
            leads.computeIfAbsent(name, fresh -> new HashSet<>()).addAll(others);
        }
    }

    /** Before Elasticsearch 6 a template had one pattern. */
    private static List<String> patterns(JsonNode template) {
        JsonNode patterns = template.path("index_patterns");
        return patterns.isMissingNode()
                ? texts(template.path("template")).toList()
                : texts(patterns).toList();
    }

    /** Of an array, or of one text alone. */
    private static Stream<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        node.forEach(one -> texts.add(one.asText()));
        return node.isTextual() ? Stream.of(node.asText()) : texts.stream();
    }

    private static boolean hasPipeline(JsonNode settings) {
        return isPipeline(settings, DEFAULT_PIPELINE) || isPipeline(settings, FINAL_PIPELINE);
    }

    /** Settings are nested or flat, with or without {@code index} in front, as whoever wrote them liked. */
    private static boolean isPipeline(JsonNode settings, String name) {
        return Stream.of(settings.path("index").path(name), settings.path("index." + name), settings.path(name))
                .map(value -> value.asText(""))
                .anyMatch(value -> !value.isEmpty() && !value.equals(NO_PIPELINE));
    }
}
