package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.backfill.BackfillPlan.PreparedIndex;
import io.sluice.backfill.BackfillSpec;
import io.sluice.backfill.DeltaBase;
import io.sluice.backfill.IndexPlan;
import io.sluice.backfill.RateLimit;
import io.sluice.backfill.Since;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.FenceProbe;
import io.sluice.config.ClusterConfig;
import io.sluice.config.FenceConfig;
import io.sluice.config.MetadataConfig;
import io.sluice.config.MigrationConfig;
import io.sluice.config.Rate;
import io.sluice.config.SnapshotConfig;
import io.sluice.config.SnapshotConfig.RepositoryConfig;
import io.sluice.control.console.Output;
import io.sluice.control.state.StateDirectory;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Snapshot;
import io.sluice.state.JobFiles;
import io.sluice.transform.DocumentRules;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that must be so before a backfill starts: the snapshot can be read, the target takes fenced
 * writes, and its indices are there and ours.
 *
 * @param refused target indices that will not be written to, with reasons
 * @param origin what positions are positions of: the snapshot, the rules for documents, and each index of it with its fence and with the very
 *     target index that the documents before a position are in
 * @param madeAnew whether a target index was made just now
 * @param allMadeAnew whether all were
 */
record BackfillSetup(
        BackfillSpec spec, List<PreparedIndex> refused, ArrayNode origin, boolean madeAnew, boolean allMadeAnew) {

    /** Where the rules stand in the origin. */
    static final int RULES = 2;

    /** Where the older snapshot stands in the origin file, beside the origin. */
    static final String SINCE = "since";

    /**
     * What the command line says.
     *
     * @param allowPartial go on without shards that the snapshot lacks
     * @param replace make target indices of another origin anew
     * @param sample the part of the documents to carry; null for all
     * @param since the older snapshot, of which the target has everything; null to carry all
     * @param deleteGone delete target indices of which the newer snapshot has none
     */
    record Wishes(
            boolean allowPartial,
            boolean replace,
            @Nullable String sample,
            @Nullable String since,
            boolean deleteGone) {

        /** Everything. */
        Wishes(boolean allowPartial, boolean replace, @Nullable String sample) {
            this(allowPartial, replace, sample, null, false);
        }
    }

    /**
     * Looks everything up first, and changes the target only when nothing stands against it.
     *
     * @param wishes what the command line says
     */
    static BackfillSetup prepare(MigrationConfig config, StateDirectory state, Output output, Wishes wishes)
            throws IOException, CommandException {
        SnapshotConfig snapshot = snapshot(config);
        DocumentRules rules = WantedDocuments.of(config, wishes.sample());
        BackfillOptions options = options(config, wishes.allowPartial(), wishes.replace());
        RepositoryLocation location = location(snapshot.repository());
        BackfillPlan plan = withoutGone(BackfillPlan.of(location, snapshot.name(), options), state, output);
        DeltaBase base = ChangesOnly.base(config, wishes.since(), location, plan, options);
        ArrayNode origin = JsonNodeFactory.instance.arrayNode();
        origin.add(location.describe()).add(plan.snapshot().uuid()).add(WantedDocuments.describe(rules));
        try (Cluster target = Cluster.connect(target(config))) {
            target.info();
            TargetChecks.refuseStrangers(plan.strangers(target, config.name(), options), options.replace(), output);
            probeFence(target, output);
            plan = plan.layingOut(
                    location,
                    target,
                    config.name(),
                    options,
                    index -> output.step("looking for ids that documents of %s share".formatted(index)));
            tellLayouts(plan, output);
            Carriage carriage = new Carriage(state, plan, base, rules);
            carriage.choose(target, config.name(), options);
            for (PlannedIndex index : plan.indices()) {
                origin.add(origin(target, carriage.planOf(index)));
            }
            Since since = base == null
                    ? null
                    : ChangesOnly.settleGone(base, target, config.name(), wishes.deleteGone(), output);
            return new BackfillSetup(
                    spec(config, state, location, plan.snapshot(), since, carriage.carried(), rules),
                    carriage.refused(),
                    origin,
                    carriage.isMadeAnew(),
                    carriage.isAllMadeAnew());
        }
    }

    /** Without what the source has deleted while a backfill of it had failed: a replay did that to the target, too, and went on. */
    private static BackfillPlan withoutGone(BackfillPlan plan, StateDirectory state, Output output)
            throws CommandException {
        BackfillPlan rest = plan.without(index -> {
            boolean isGone = Files.exists(state.root().resolve(JobFiles.gone(index.uuid())));
            if (isGone) {
                output.step("%s is not carried: the source has deleted it since the snapshot, and so has replay"
                        .formatted(index.name()));
            }
            return isGone;
        });
        if (rest.indices().isEmpty()) {
            throw CommandException.failed(
                    "the source has deleted every index of snapshot %s that is chosen, and so has replay: there is nothing to carry. Take a new snapshot, or choose other indices."
                            .formatted(plan.snapshot().name()),
                    null);
        }
        return rest;
    }

    private static String origin(Cluster target, IndexPlan index) throws IOException {
        StringBuilder origin = new StringBuilder()
                .append(String.join(
                        " ", index.name(), index.uuid(), index.fence().name()));
        for (String name : index.targets()) {
            String uuid = target.indexDefinition(name)
                    .map(definition -> definition.at("/settings/index/uuid").asText())
                    .orElse("");
            origin.append(' ').append(name).append(' ').append(uuid);
        }
        return origin.append(index.types().prefixesIds() ? " prefixed" : "")
                .append(index.source().rebuild() ? " rebuilt" : "")
                .append(index.base() == null ? "" : " since " + index.base().folder())
                .toString();
    }

    /** The specification for documents that failed before: nothing on the target is looked at or changed. */
    static BackfillSpec forRedrive(MigrationConfig config, StateDirectory state) throws IOException, CommandException {
        SnapshotConfig snapshot = snapshot(config);
        RepositoryLocation location = location(snapshot.repository());
        BackfillOptions options = options(config, true, false);
        BackfillPlan plan = BackfillPlan.of(location, snapshot.name(), options);
        JsonNode since = state.origin(BackfillStart.JOB)
                .read()
                .<JsonNode>map(origin -> origin.path(SINCE))
                .orElse(MissingNode.getInstance());
        String older = since.path("snapshot").asText("");
        DocumentRules rules = WantedDocuments.of(config, null);
        List<IndexPlan> indices =
                plan.indices().stream().map(PlannedIndex::plan).toList();
        if (older.isEmpty()) {
            return spec(config, state, location, plan.snapshot(), null, indices, rules);
        }
        DeltaBase base = DeltaBase.of(location, older, plan, options);
        Set<String> changesOnly = new HashSet<>();
        since.path("indices").forEach(index -> changesOnly.add(index.asText()));
        List<IndexPlan> compared = plan.indices().stream()
                .map(index -> changesOnly.contains(index.plan().name())
                        ? base.index(index).map(index.plan()::since).orElse(index.plan())
                        : index.plan())
                .toList();
        return spec(config, state, location, plan.snapshot(), new Since(older, List.of()), compared, rules);
    }

    private static BackfillSpec spec(
            MigrationConfig config,
            StateDirectory state,
            RepositoryLocation location,
            Snapshot snapshot,
            @Nullable Since since,
            List<IndexPlan> indices,
            DocumentRules rules)
            throws CommandException {
        return new BackfillSpec(
                config.name(),
                JobStart.folder(state),
                location,
                snapshot.name(),
                TargetContents.idOf(snapshot),
                since,
                indices,
                rules,
                target(config),
                (int) config.backfill().bulk().maxBytes().bytes(),
                config.backfill().bulk().inFlight(),
                limit(config.backfill().rate()));
    }

    /** What the origin file says of the older snapshot; empty when there is none. */
    ObjectNode since() {
        ObjectNode noted = JsonNodeFactory.instance.objectNode();
        Since since = spec.since();
        if (since != null) {
            noted.put("snapshot", since.snapshot());
            ArrayNode names = noted.putArray("indices");
            spec.indices().stream().filter(index -> index.base() != null).forEach(index -> names.add(index.name()));
        }
        return noted;
    }

    private static void tellLayouts(BackfillPlan plan, Output output) {
        for (PlannedIndex index : plan.indices()) {
            IndexPlan carried = index.plan();
            if (index.refusal().isEmpty() && carried.layout().shards() != carried.shards()) {
                output.step(
                        "%s has %d shards on the target, not %d: several of its documents have one id, and more shards keep them apart"
                                .formatted(carried.name(), carried.layout().shards(), carried.shards()));
            }
        }
    }

    private static void probeFence(Cluster target, Output output) throws IOException {
        FenceProbe probe = TargetChecks.probeFence(target);
        if (!probe.works()) {
            output.warning("the target does not keep external versions (" + probe.reason()
                    + "): a repeat after a crash may overwrite what is newer there.");
        }
    }

    static BackfillOptions options(MigrationConfig config, boolean allowPartial, boolean replace) {
        return new BackfillOptions(
                names(config),
                index -> fence(config.fence().of(index)),
                allowPartial,
                replace,
                config.capture() != null,
                config.backfill().rebuildSource(),
                index -> types(config, index));
    }

    /** What becomes of an index with several types. */
    static TypePolicy types(MigrationConfig config, String index) {
        return new TypePolicy(
                kind(config.metadata().of(index)), config.metadata().splitName());
    }

    /** Which indices are carried, and under what names; without knowledge of data streams. */
    static IndexNames names(MigrationConfig config) {
        return new IndexNames(
                config.indices().include(),
                config.indices().exclude(),
                config.indices().rename().stream()
                        .map(rename -> new IndexNames.Rename(rename.from(), rename.to()))
                        .toList());
    }

    private static TypePolicy.Kind kind(MetadataConfig.Types types) {
        return switch (types) {
            case UNION -> TypePolicy.Kind.UNION;
            case PREFIX -> TypePolicy.Kind.PREFIX;
            case SPLIT -> TypePolicy.Kind.SPLIT;
            case FAIL -> TypePolicy.Kind.FAIL;
        };
    }

    /** Empty where the index itself decides. */
    static Optional<FenceKind> fence(FenceConfig.Kind kind) {
        return switch (kind) {
            case AUTO -> Optional.empty();
            case SEQ_NO -> Optional.of(FenceKind.SEQ_NO);
            case VERSION -> Optional.of(FenceKind.VERSION);
            case NONE -> Optional.of(FenceKind.NONE);
        };
    }

    private static SnapshotConfig snapshot(MigrationConfig config) throws CommandException {
        return snapshot(config, "a backfill");
    }

    /** @param who needs it, in words for the user */
    static SnapshotConfig snapshot(MigrationConfig config, String who) throws CommandException {
        SnapshotConfig snapshot = config.snapshot();
        if (snapshot == null) {
            throw CommandException.wrongUsage(
                    who + " needs a snapshot: set snapshot.name and snapshot.repository in the configuration");
        }
        return snapshot;
    }

    private static ClusterAddress target(MigrationConfig config) throws CommandException {
        ClusterConfig target = config.target();
        if (target == null) {
            throw CommandException.wrongUsage("a backfill needs a target: set target.endpoint in the configuration");
        }
        return ClusterAddresses.of(target);
    }

    static RateLimit limit(Rate rate) {
        if (rate instanceof Rate.Documents documents) {
            return new RateLimit(documents.perSecond(), 0);
        }
        return rate instanceof Rate.Bytes bytes ? new RateLimit(0, bytes.perSecond()) : RateLimit.UNLIMITED;
    }

    /** Where a repository of the configuration lies. */
    static RepositoryLocation location(RepositoryConfig repository) {
        if (repository instanceof RepositoryConfig.FileSystem folder) {
            return new RepositoryLocation.FileSystem(folder.path());
        }
        if (repository instanceof RepositoryConfig.Url web) {
            return new RepositoryLocation.Url(web.url());
        }
        RepositoryConfig.S3 s3 = (RepositoryConfig.S3) repository;
        return new RepositoryLocation.S3(
                s3.bucket(), s3.prefix(), s3.region(), s3.endpoint(), s3.pathStyle(), s3.role(), s3.profile());
    }
}
