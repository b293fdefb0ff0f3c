package io.sluice.control;

import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.backfill.IndexPlan;
import io.sluice.backfill.SnapshotStreams;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.config.ClusterConfig;
import io.sluice.config.MigrationConfig;
import io.sluice.config.SnapshotConfig;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.CarryRules;
import io.sluice.transform.CarryRules.FenceRule;
import io.sluice.transform.DataStreams;
import io.sluice.transform.FenceKind;
import io.sluice.transform.TypeRoutes;
import io.sluice.verify.Listed;
import io.sluice.verify.Planning;
import io.sluice.verify.Points;
import io.sluice.verify.VerifyPlan;
import io.sluice.verify.VerifySource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of a verification, looked at before it starts.
 *
 * @param rules by which documents were changed on their way
 * @param listed what alone is compared, by names of indices
 * @param unresolved names in lists that stand for nothing on either side
 */
record VerifySides(
        VerifySource source,
        ClusterAddress target,
        CarryRules rules,
        VerifyPlan plan,
        Listed listed,
        Set<String> unresolved) {

    static VerifySides of(MigrationConfig config, VerifySetup.Wishes wishes) throws IOException, CommandException {
        return wishes.againstSnapshot() ? inSnapshot(config, wishes) : living(config, wishes);
    }

    private static VerifySides living(MigrationConfig config, VerifySetup.Wishes wishes)
            throws IOException, CommandException {
        ClusterAddress source = ClusterAddresses.of(needed(config.source(), "source.endpoint"));
        ClusterAddress target = target(config);
        try (Cluster asked = Cluster.connect(source);
                Cluster other = Cluster.connect(target)) {
            SourceFacts facts = SourceFacts.of(asked);
            CarryRules rules = ReplaySetup.rules(config, facts, facts.effects(), Optional.empty());
            ListedNames names =
                    ListedNames.of(wishes.listed(), List.of(ClusterNames.of(asked), ClusterNames.of(other)));
            VerifyPlan plan = new Planning(rules, config.name(), wishes.choosing(names.listed()))
                    .of(asked, other)
                    .only(names.listed());
            // Before anything is read: what is written from now on is behind these points.
            plan = plan.noting(Points.note(VerifySetup.rules(config).toString(), asked, other, plan));
            return new VerifySides(
                    new VerifySource.Living(source), target, rules, plan, names.listed(), names.unresolved());
        }
    }

    private static VerifySides inSnapshot(MigrationConfig config, VerifySetup.Wishes wishes)
            throws IOException, CommandException {
        SnapshotConfig snapshot = BackfillSetup.snapshot(config, "verify --against snapshot");
        RepositoryLocation location = BackfillSetup.location(snapshot.repository());
        BackfillOptions options = BackfillSetup.options(config, true, false);
        ClusterAddress target = target(config);
        BackfillPlan carried = BackfillPlan.of(location, snapshot.name(), options);
        List<IndexPlan> indices =
                carried.indices().stream().map(PlannedIndex::plan).toList();
        CarryRules rules = rules(config, carried.indices());
        VerifySource.InSnapshot source = new VerifySource.InSnapshot(location, snapshot.name(), indices);
        try (Cluster other = Cluster.connect(target)) {
            ListedNames names = ListedNames.of(wishes.listed(), List.of(ClusterNames.of(other), names(indices)));
            VerifyPlan plan = new Planning(rules, config.name(), wishes.choosing(names.listed()))
                    .of(carried, source, other)
                    .only(names.listed());
            return new VerifySides(source, target, rules, plan, names.listed(), names.unresolved());
        }
    }

    /** Those by which a backfill carries these indices. */
    private static CarryRules rules(MigrationConfig config, List<PlannedIndex> indices) {
        List<FenceRule> fences = new ArrayList<>();
        Map<String, TypeRoutes> routes = new HashMap<>();
        Map<String, String> streams = new HashMap<>();
        for (PlannedIndex planned : indices) {
            IndexPlan index = planned.plan();
            String stream = SnapshotStreams.streamOf(planned.metadata());
            if (stream != null) {
                streams.put(index.name(), stream);
            }
            fences.add(new FenceRule(index.name(), index.fence()));
            routes.put(index.name(), index.types());
        }
        return new CarriedAs(
                BackfillSetup.names(config).with(new DataStreams(streams, false)),
                fences,
                FenceKind.SEQ_NO,
                routes,
                config.documents().drop(),
                false);
    }

    private static ClusterNames names(List<IndexPlan> indices) {
        Map<String, Set<String>> names = new HashMap<>();
        indices.forEach(index -> names.put(index.name(), Set.of(index.name())));
        return new ClusterNames(names);
    }

    /** The same, by another plan. */
    VerifySides with(VerifyPlan other) {
        return new VerifySides(source, target, rules, other, listed, unresolved);
    }

    private static ClusterAddress target(MigrationConfig config) throws CommandException {
        return ClusterAddresses.of(needed(config.target(), "target.endpoint"));
    }

    private static ClusterConfig needed(@Nullable ClusterConfig cluster, String key) throws CommandException {
        if (cluster == null) {
            throw CommandException.wrongUsage(
                    "to verify, both sides must be known: set %s in the configuration".formatted(key));
        }
        return cluster;
    }
}
