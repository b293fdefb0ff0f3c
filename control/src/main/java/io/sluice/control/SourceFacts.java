package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.backfill.BackfillPlan;
import io.sluice.capture.route.Types;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.ServerInfo;
import io.sluice.cluster.ServerInfo.Flavor;
import io.sluice.transform.FenceKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a living source tells of itself that requests and answers do not.
 *
 * @param info what it runs
 * @param aliases names that are not indices
 * @param unrouted those of them through which a write gets no routing, of any of their indices
 * @param pipelined names of indices with a pipeline of their own, and patterns of templates that give them one
 * @param created all of its indices, each with its creation date in milliseconds since 1970, or 0
 * @param unnumbered indices that were made before there were sequence numbers
 * @param types of each index that has several, in the order of its mapping
 */
record SourceFacts(
        ServerInfo info,
        Set<String> aliases,
        Set<String> unrouted,
        Set<String> pipelined,
        Map<String, Long> created,
        Set<String> unnumbered,
        Map<String, List<String>> types) {

    private static final String DEFAULT_PIPELINE = "default_pipeline";
    private static final String FINAL_PIPELINE = "final_pipeline";
    private static final String NO_PIPELINE = "_none";
    private static final String DEFAULT_MAPPING = "_default_";

    /** The last Elasticsearch whose indices may have several types: those that 5 made. */
    private static final int SEVERAL_TYPES = 6;

    SourceFacts {
        aliases = Set.copyOf(aliases);
        unrouted = Set.copyOf(unrouted);
        pipelined = Set.copyOf(pipelined);
        created = Map.copyOf(created);
        unnumbered = Set.copyOf(unnumbered);
        types = Map.copyOf(types);
    }

    static SourceFacts of(Cluster source) throws ClusterException {
        ServerInfo info = source.info();
        Set<String> aliases = new HashSet<>();
        Set<String> routed = new HashSet<>();
        for (JsonNode index : source.request("GET", "/_alias", null)) {
            index.path("aliases").properties().forEach(alias -> {
                aliases.add(alias.getKey());
                if (alias.getValue().has("index_routing")) {
                    routed.add(alias.getKey());
                }
            });
        }
        aliases.addAll(ClusterNames.dataStreams(source).keySet());
        Set<String> unrouted = new HashSet<>(aliases);
        unrouted.removeAll(routed);
        JsonNode settings = source.request("GET", "/_all/_settings?expand_wildcards=all", null);
        return new SourceFacts(
                info,
                aliases,
                unrouted,
                pipelined(source, settings),
                created(settings),
                unnumbered(settings),
                several(source, info));
    }

    /** The fence of an index that it makes now. */
    FenceKind newest() {
        return meaningOfPaths() == Types.MANY ? FenceKind.VERSION : FenceKind.SEQ_NO;
    }

    /** What the paths of requests to it mean. */
    Types meaningOfPaths() {
        int major = info.major();
        if (info.flavor() == Flavor.OPENSEARCH) {
            return major == 1 ? Types.ONE : Types.NONE;
        }
        return major >= 8 ? Types.NONE : major >= 6 ? Types.ONE : Types.MANY;
    }

    private static Map<String, List<String>> several(Cluster source, ServerInfo info) throws ClusterException {
        Map<String, List<String>> several = new LinkedHashMap<>();
        if (info.flavor() == Flavor.OPENSEARCH || info.major() > SEVERAL_TYPES) {
            return several;
        }
        source.request("GET", "/_mapping", null).properties().forEach(index -> {
            List<String> types = index.getValue().path("mappings").properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(type -> !type.equals(DEFAULT_MAPPING))
                    .toList();
            if (types.size() > 1) {
                several.put(index.getKey(), types);
            }
        });
        return several;
    }

    private static Map<String, Long> created(JsonNode settings) {
        Map<String, Long> created = new HashMap<>();
        settings.properties()
                .forEach(index -> created.put(
                        index.getKey(),
                        index.getValue().at("/settings/index/creation_date").asLong()));
        return created;
    }

    private static Set<String> unnumbered(JsonNode settings) {
        Set<String> unnumbered = new HashSet<>();
        settings.properties().forEach(index -> {
            int created = index.getValue().at("/settings/index/version/created").asInt();
            if (created > 0 && created < BackfillPlan.FIRST_WITH_SEQUENCE_NUMBERS) {
                unnumbered.add(index.getKey());
            }
        });
        return unnumbered;
    }

    private static Set<String> pipelined(Cluster source, JsonNode settings) throws ClusterException {
        Set<String> pipelined = new HashSet<>();
        settings.properties().forEach(index -> {
            if (hasPipeline(index.getValue().path("settings"))) {
                pipelined.add(index.getKey());
            }
        });
        source.request("GET", "/_template", null).forEach(template -> {
            if (hasPipeline(template.path("settings"))) {
                pipelined.addAll(patterns(template));
            }
        });
        pipelined.addAll(ofComposableTemplates(source));
        return pipelined;
    }

    /** Who has no such templates says so with 400, 404 or 405. */
    private static List<String> ofComposableTemplates(Cluster source) throws ClusterException {
        List<String> patterns = new ArrayList<>();
        Set<String> parts = new HashSet<>();
        try {
            for (JsonNode one :
                    source.request("GET", "/_component_template", null).path("component_templates")) {
                if (hasPipeline(one.at("/component_template/template/settings"))) {
                    parts.add(one.path("name").asText());
                }
            }
            for (JsonNode one : source.request("GET", "/_index_template", null).path("index_templates")) {
                JsonNode template = one.path("index_template");
                boolean ofPart = texts(template.path("composed_of")).anyMatch(parts::contains);
                if (ofPart || hasPipeline(template.at("/template/settings"))) {
                    patterns.addAll(patterns(template));
                }
            }
        } catch (ClusterException e) {
            if (!e.isRefusal()) {
                throw e;
            }
        }
        return patterns;
    }

    /** Before Elasticsearch 6 a template had one pattern. */
    private static List<String> patterns(JsonNode template) {
        return template.has("index_patterns")
                ? texts(template.path("index_patterns")).toList()
                : List.of(template.path("template").asText());
    }

    private static Stream<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts.stream();
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
