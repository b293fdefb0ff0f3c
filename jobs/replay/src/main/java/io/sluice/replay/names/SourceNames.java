package io.sluice.replay.names;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a living source says of names, now.
 *
 * @param aliases all of them
 */
public record SourceNames(Set<String> aliases, NameEffects effects) {

    public SourceNames {
        aliases = Set.copyOf(aliases);
    }

    /** Reads it: five requests, of whose answers the cluster's state has all. */
    public static SourceNames of(Cluster source) throws ClusterException {
        Set<String> aliases = new HashSet<>();
        GatheredEffects effects = new GatheredEffects();
        for (Map.Entry<String, JsonNode> index :
                source.request("GET", "/_alias", null).properties()) {
            index.getValue().path("aliases").properties().forEach(alias -> {
                aliases.add(alias.getKey());
                effects.alias(alias.getKey(), alias.getValue(), List.of(index.getKey()));
            });
        }
        source.request("GET", "/_all/_settings/index.*_pipeline?expand_wildcards=all", null)
                .properties()
                .forEach(index -> effects.settings(index.getValue().path("settings"), List.of(index.getKey())));
        source.request("GET", "/_template", null).forEach(effects::legacyTemplate);
        composableTemplates(source, effects);
        return new SourceNames(aliases, effects.done());
    }

    /** Who has no such templates says so with 400, 404 or 405. */
    private static void composableTemplates(Cluster source, GatheredEffects effects) throws ClusterException {
        try {
            for (JsonNode one :
                    source.request("GET", "/_component_template", null).path("component_templates")) {
                effects.componentTemplate(one.path("name").asText(), one.path("component_template"));
            }
            source.request("GET", "/_index_template", null)
                    .path("index_templates")
                    .forEach(one -> effects.indexTemplate(one.path("index_template")));
        } catch (ClusterException e) {
            if (!e.isRefusal()) {
                throw e;
            }
        }
    }
}
