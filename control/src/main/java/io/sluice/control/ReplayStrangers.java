package io.sluice.control;

import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.IndexLine;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.transform.CarryRules;
import io.sluice.transform.IndexDefinition.Origin;
import io.sluice.transform.TypeRoutes;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds indices of the target that a replay would write to and that are not its own: what is in them would be mixed with the source's
 * documents, or win over them, as the fences of another index may be the higher ones.
 *
 * <p>An index that this migration made for an earlier one of the same name at the source is its own if the capture that is replayed
 * has the end of that one. Of the names that only the capture knows nothing is found here.
 */
final class ReplayStrangers {

    private static final Origin UNMARKED = new Origin("", "");

    private final String migration;
    private final CarryRules rules;
    private final SourceFacts source;
    private final Map<String, Set<String>> inSnapshot = new HashMap<>();

    ReplayStrangers(String migration, CarryRules rules, SourceFacts source) {
        this.migration = migration;
        this.rules = rules;
        this.source = source;
    }

    /** Indices of the snapshot that a backfill carries are expected at the target as well. */
    ReplayStrangers with(SnapshotRecord snapshot) {
        for (HeldIndex index : snapshot.indices()) {
            inSnapshot.computeIfAbsent(index.name(), name -> new HashSet<>()).add(index.uuid());
        }
        return this;
    }

    /**
     * Those at the start of a replay that knows nothing of the target.
     *
     * @param begin from when on the capture is replayed
     * @return each with what speaks against it, for a person
     */
    Map<String, String> atBegin(Cluster target, Instant begin) throws ClusterException {
        return find(
                target,
                (expected, found) -> found.migration().equals(migration)
                        && found.type().equals(expected.origin().type())
                        && isReplaced(expected.source(), found.sourceUuid(), begin));
    }

    /**
     * Those at the start of a replay that goes on: it knows what it wrote, and where it stood the target may have had an earlier index
     * of a name, or one that was made by hand when the target did not take the source's definition.
     */
    Map<String, String> goingOn(Cluster target) throws ClusterException {
        return find(
                target,
                (expected, found) -> !found.isNamed() || found.migration().equals(migration));
    }

    /** UUIDs of all indices of the source, those in the snapshot included, whose documents some of the target's are to have. */
    Set<String> uuids(Set<String> targets) {
        Set<String> uuids = new HashSet<>();
        expected().forEach((name, expected) -> {
            if (targets.contains(name)) {
                String living = source.uuids().get(expected.source());
                uuids.addAll(living == null ? Set.of() : Set.of(living));
                uuids.addAll(inSnapshot.getOrDefault(expected.source(), Set.of()));
            }
        });
        return uuids;
    }

    /**
     * An index of the target.
     *
     * @param source the name of the index whose documents it is to have
     */
    private record Expected(String source, Origin origin) {}

    private interface Ours {
        boolean is(Expected expected, Origin found);
    }

    private Map<String, String> find(Cluster target, Ours ours) throws ClusterException {
        Map<String, Origin> origins = Origin.ofEach(target.request("GET", Origin.OF_EACH, null));
        Set<String> there = target.indices().stream().map(IndexLine::name).collect(Collectors.toSet());
        Map<String, String> strangers = new TreeMap<>();
        expected().forEach((name, expected) -> {
            Origin found = origins.getOrDefault(name, UNMARKED);
            if (there.contains(name) && !ours.is(expected, found)) {
                strangers.put(name, expected.origin().against(name, found));
            }
        });
        return strangers;
    }

    private Map<String, Expected> expected() {
        Set<String> indices = new TreeSet<>(source.uuids().keySet());
        indices.addAll(inSnapshot.keySet());
        Map<String, Expected> expected = new HashMap<>();
        for (String index : indices) {
            if (rules.names().selects(index)) {
                String uuid = source.uuids().getOrDefault(index, anyOf(inSnapshot.get(index)));
                TypeRoutes routes = rules.routesOf(index);
                routes.targets()
                        .forEach((type, name) ->
                                expected.put(name, new Expected(index, new Origin(migration, uuid, type))));
                if (!routes.isSplit()) {
                    expected.put(rules.names().targetName(index), new Expected(index, new Origin(migration, uuid)));
                }
            }
        }
        return expected;
    }

    private static String anyOf(@Nullable Set<String> uuids) {
        return uuids == null ? "" : uuids.iterator().next();
    }

    /** Whether an index of the source is the one that lives, is in the snapshot, or ended in the capture. */
    private boolean isReplaced(String index, String uuid, Instant begin) {
        String living = source.uuids().get(index);
        return living == null
                || living.equals(uuid)
                || inSnapshot.getOrDefault(index, Set.of()).contains(uuid)
                || !Instant.ofEpochMilli(source.created().getOrDefault(index, 0L))
                        .isBefore(begin);
    }
}
