package io.sluice.control;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.backfill.BackfillPlan;
import io.sluice.capture.route.Types;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.ServerInfo;
import io.sluice.cluster.ServerInfo.Flavor;
import io.sluice.replay.names.AffectedNames;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.names.SourceNames;
import io.sluice.transform.DataStreams;
import io.sluice.transform.FenceKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a living source tells of itself that requests and answers do not.
 *
 * @param info what it runs
 * @param aliases names that are not indices
 * @param effects what they, indices and templates do to what is written through them
 * @param created all of its indices, each with its creation date in milliseconds since 1970, or 0
 * @param uuids all of its indices, each with its UUID
 * @param unnumbered indices that were made before there were sequence numbers
 * @param types of each index that has several, in the order of its mapping
 * @param streams which of them are of data streams
 */
record SourceFacts(
        ServerInfo info,
        Set<String> aliases,
        NameEffects effects,
        Map<String, Long> created,
        Map<String, String> uuids,
        Set<String> unnumbered,
        Map<String, List<String>> types,
        DataStreams streams) {

    private static final String DEFAULT_MAPPING = "_default_";

    /** The last Elasticsearch whose indices may have several types: those that 5 made. */
    private static final int SEVERAL_TYPES = 6;

    SourceFacts {
        aliases = Set.copyOf(aliases);
        created = Map.copyOf(created);
        uuids = Map.copyOf(uuids);
        unnumbered = Set.copyOf(unnumbered);
        types = Map.copyOf(types);
    }

    static SourceFacts of(Cluster source) throws ClusterException {
        ServerInfo info = source.info();
        SourceNames names = SourceNames.of(source);
        Set<String> aliases = new HashSet<>(names.aliases());
        JsonNode settings = source.request("GET", "/_all/_settings?expand_wildcards=all", null);
        DataStreams streams = SourceStreams.of(source, settings);
        aliases.addAll(streams.byIndex().values());
        return new SourceFacts(
                info,
                aliases,
                names.effects(),
                created(settings),
                uuids(settings),
                unnumbered(settings),
                several(source, info),
                streams);
    }

    /**
     * Those aliases and data streams through which a write gets no routing.
     *
     * @param ever what names do now, and did before
     */
    Set<String> unrouted(NameEffects ever) {
        AffectedNames affected = new AffectedNames(ever);
        return aliases.stream().filter(alias -> !affected.isRouted(alias)).collect(toUnmodifiableSet());
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

    private static Map<String, String> uuids(JsonNode settings) {
        Map<String, String> uuids = new HashMap<>();
        settings.properties()
                .forEach(index -> uuids.put(
                        index.getKey(),
                        index.getValue().at("/settings/index/uuid").asText()));
        return uuids;
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
}
