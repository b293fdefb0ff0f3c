package io.sluice.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.backfill.BackfillPlan.Preparation;
import io.sluice.backfill.BackfillPlan.PreparedIndex;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.transform.IndexDefinition;
import io.sluice.transform.IndexDefinition.Origin;
import io.sluice.transform.ShardLayout;
import io.sluice.transform.StreamAlias;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The indices of the target that documents go to: looked up and made. */
final class TargetIndices {

    private final Cluster target;
    private final String migration;
    private final BackfillOptions options;
    /** Those that are there, by the alias that stands for their data stream. */
    private final Map<String, Set<String>> streams = new TreeMap<>();

    TargetIndices(Cluster target, String migration, BackfillOptions options) {
        this.target = target;
        this.migration = migration;
        this.options = options;
    }

    /** What an index of the target is to be: whose, and with which mapping. */
    private record Wanted(String name, Origin origin, ObjectNode mappings) {}

    private List<Wanted> wanted(PlannedIndex index) {
        IndexPlan plan = index.plan();
        if (!plan.types().isSplit()) {
            Origin origin = new Origin(migration, plan.uuid());
            return List.of(new Wanted(plan.target(), origin, index.metadata().mappings()));
        }
        List<Wanted> wanted = new ArrayList<>();
        index.metadata().typeMappings().forEach((type, mappings) -> {
            String name = plan.types().targets().getOrDefault(type, plan.target());
            wanted.add(new Wanted(name, new Origin(migration, plan.uuid(), type), mappings));
        });
        return wanted;
    }

    /** Those that are there and were made for something else, each in words. */
    List<String> strangers(PlannedIndex index) throws ClusterException {
        List<String> strangers = new ArrayList<>();
        for (Wanted wanted : wanted(index)) {
            Optional<JsonNode> there = target.indexDefinition(wanted.name());
            if (there.isPresent() && !isOurs(there.get(), wanted)) {
                strangers.add(strange(there.get(), wanted));
            }
        }
        return strangers;
    }

    private static boolean isOurs(JsonNode definition, Wanted wanted) {
        return Origin.of(definition.path("mappings")).equals(wanted.origin());
    }

    /**
     * The layout of those that are there and are ours.
     *
     * @return null when none is
     * @throws IllegalStateException when they lie in several ways; the message is for the user
     */
    @Nullable
    ShardLayout layout(PlannedIndex index) throws ClusterException {
        Map<ShardLayout, String> found = new LinkedHashMap<>();
        for (Wanted wanted : wanted(index)) {
            Optional<JsonNode> there = target.indexDefinition(wanted.name());
            if (there.isPresent() && isOurs(there.get(), wanted)) {
                JsonNode settings = there.get().path("settings").path("index");
                ShardLayout layout = new ShardLayout(
                        settings.path("number_of_shards").asInt(1),
                        target.routingShards(wanted.name()),
                        settings.path("routing_partition_size").asInt(1));
                found.put(layout, wanted.name());
            }
        }
        if (found.size() > 1) {
            throw new IllegalStateException(
                    "the target indices %s spread documents in different ways. Delete them: they are made anew"
                            .formatted(found.values()));
        }
        return found.isEmpty() ? null : found.keySet().iterator().next();
    }

    /** Makes those that are not there; the first that is refused ends it. */
    List<PreparedIndex> prepare(PlannedIndex index) throws ClusterException {
        String source = index.plan().name();
        if (!index.refusal().isEmpty()) {
            return List.of(new PreparedIndex(source, index.plan().target(), Preparation.REFUSED, index.refusal()));
        }
        List<PreparedIndex> prepared = new ArrayList<>();
        for (Wanted wanted : wanted(index)) {
            PreparedIndex one = prepare(index, wanted);
            String stream = streamOf(index);
            if (stream != null && one.preparation() != Preparation.REFUSED) {
                streams.computeIfAbsent(stream, fresh -> new TreeSet<>()).add(one.name());
            }
            prepared.add(one);
        }
        return prepared;
    }

    /** The data stream at the target whose index it is to be; null for none. */
    private @Nullable String streamOf(PlannedIndex index) {
        String stream = SnapshotStreams.streamOf(index.metadata());
        return stream == null ? null : options.names().targetName(stream);
    }

    /** Has the alias of each data stream stand for all that were prepared, too, and write to the newest. */
    void settleStreams() throws ClusterException {
        for (Map.Entry<String, Set<String>> stream : streams.entrySet()) {
            JsonNode there = target.alias(stream.getKey());
            Optional<ObjectNode> actions = StreamAlias.actions(stream.getKey(), there, stream.getValue());
            if (actions.isPresent()) {
                target.request("POST", "/_aliases", actions.get());
            }
        }
    }

    private PreparedIndex prepare(PlannedIndex index, Wanted wanted) throws ClusterException {
        String source = index.plan().name();
        Optional<JsonNode> there = target.indexDefinition(wanted.name());
        if (there.isPresent() && isOurs(there.get(), wanted)) {
            return new PreparedIndex(source, wanted.name(), Preparation.FOUND, "");
        }
        if (there.isPresent() && !options.replace()) {
            return new PreparedIndex(source, wanted.name(), Preparation.REFUSED, strange(there.get(), wanted));
        }
        if (!index.plan().types().isSplit() && !index.metadata().conflicts().isEmpty()) {
            return new PreparedIndex(source, wanted.name(), Preparation.REFUSED, conflict(index.metadata()));
        }
        if (there.isPresent()) {
            target.deleteIndex(wanted.name());
        }
        String refusal = create(index, wanted);
        if (!refusal.isEmpty()) {
            return new PreparedIndex(source, wanted.name(), Preparation.REFUSED, refusal);
        }
        Preparation how = there.isPresent() ? Preparation.REPLACED : Preparation.CREATED;
        return new PreparedIndex(source, wanted.name(), how, "");
    }

    private static String conflict(IndexMetadata index) {
        return "its mapping types %s have fields of different kinds, of which the target knows one: %s. Set metadata.types to split for it, make the kinds agree in a copy of the index and take a snapshot of that, or exclude it"
                .formatted(index.types(), index.conflicts());
    }

    /** Makes the index, or says why the target does not want it. */
    private String create(PlannedIndex index, Wanted wanted) throws ClusterException {
        try {
            target.createIndex(wanted.name(), definition(index, wanted));
            return "";
        } catch (ClusterException e) {
            if (e.isRefusal()) {
                return "the target does not accept its definition: " + e.getMessage();
            }
            throw e;
        }
    }

    /**
     * Gives those that are there the mappings that are wanted.
     *
     * @return why the target does not want one, or empty
     */
    String updateMappings(PlannedIndex index) throws ClusterException {
        for (Wanted wanted : wanted(index)) {
            try {
                target.putMapping(wanted.name(), definition(index, wanted).path("mappings"));
            } catch (ClusterException e) {
                if (e.isRefusal()) {
                    return "the target does not accept the newer mapping of %s: %s"
                            .formatted(wanted.name(), e.getMessage());
                }
                throw e;
            }
        }
        return "";
    }

    private ObjectNode definition(PlannedIndex index, Wanted wanted) {
        return IndexDefinition.of(
                index.plan().layout(),
                index.metadata().settings(),
                wanted.mappings(),
                wanted.origin(),
                options.capture(),
                streamOf(index));
    }

    private static String strange(JsonNode definition, Wanted wanted) {
        return wanted.origin().against(wanted.name(), Origin.of(definition.path("mappings")));
    }
}
