package io.sluice.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.backfill.BackfillPlan.Preparation;
import io.sluice.backfill.BackfillPlan.PreparedIndex;
import io.sluice.backfill.BackfillSpec;
import io.sluice.backfill.FenceKind;
import io.sluice.backfill.IndexPlan;
import io.sluice.backfill.RateLimit;
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
import io.sluice.transform.DocumentRules;
import io.sluice.transform.TypePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /**
     * What the command line says.
     *
     * @param allowPartial go on without shards that the snapshot lacks
     * @param replace make target indices of another origin anew
     * @param sample the part of the documents to carry; null for all
     */
    record Wishes(
            boolean allowPartial, boolean replace, @Nullable String sample) {}

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
        BackfillPlan plan = BackfillPlan.of(location, snapshot.name(), options);
        ClusterAddress address = target(config);
        List<PreparedIndex> prepared;
        ArrayNode origin = JsonNodeFactory.instance.arrayNode();
        origin.add(location.describe()).add(plan.snapshot().uuid()).add(WantedDocuments.describe(rules));
        try (Cluster target = Cluster.connect(address)) {
            target.info();
            refuseStrangers(plan, target, config.name(), options, output);
            probeFence(target, output);
            plan = plan.layingOut(
                    location,
                    target,
                    config.name(),
                    options,
                    index -> output.step("looking for ids that documents of %s share".formatted(index)));
            tellLayouts(plan, output);
            prepared = plan.prepare(target, config.name(), options);
            for (PlannedIndex index : plan.indices()) {
                origin.add(origin(target, index.plan()));
            }
        }
        boolean madeAnew = prepared.stream().anyMatch(index -> index.preparation() != Preparation.FOUND);
        boolean allMadeAnew = prepared.stream().noneMatch(index -> index.preparation() == Preparation.FOUND);
        List<PreparedIndex> refused = prepared.stream()
                .filter(index -> index.preparation() == Preparation.REFUSED)
                .toList();
        Set<String> withoutTarget = refused.stream().map(PreparedIndex::source).collect(Collectors.toSet());
        List<IndexPlan> carried = plan.indices().stream()
                .map(PlannedIndex::plan)
                .filter(index -> !withoutTarget.contains(index.name()))
                .toList();
        Set<String> anew = prepared.stream()
                .filter(index -> index.preparation() != Preparation.FOUND)
                .map(PreparedIndex::source)
                .collect(Collectors.toSet());
        for (PlannedIndex index : plan.indices()) {
            if (anew.contains(index.plan().name())) {
                forgetCompletion(state, index.plan());
            }
        }
        return new BackfillSetup(spec(config, state, location, carried, rules), refused, origin, madeAnew, allMadeAnew);
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
                .toString();
    }

    /** The specification for documents that failed before: nothing on the target is looked at or changed. */
    static BackfillSpec forRedrive(MigrationConfig config, StateDirectory state) throws IOException, CommandException {
        SnapshotConfig snapshot = snapshot(config);
        RepositoryLocation location = location(snapshot.repository());
        BackfillPlan plan = BackfillPlan.of(location, snapshot.name(), options(config, true, false));
        List<IndexPlan> indices =
                plan.indices().stream().map(PlannedIndex::plan).toList();
        return spec(config, state, location, indices, WantedDocuments.of(config, null));
    }

    private static BackfillSpec spec(
            MigrationConfig config,
            StateDirectory state,
            RepositoryLocation location,
            List<IndexPlan> indices,
            DocumentRules rules)
            throws CommandException {
        return new BackfillSpec(
                config.name(),
                state.root().toUri().toString().replaceAll("/$", ""),
                location,
                snapshot(config).name(),
                indices,
                rules,
                target(config),
                (int) config.backfill().bulk().maxBytes().bytes(),
                config.backfill().bulk().inFlight(),
                limit(config.backfill().rate()));
    }

    private static void refuseStrangers(
            BackfillPlan plan, Cluster target, String migration, BackfillOptions options, Output output)
            throws IOException, CommandException {
        List<String> strangers = plan.strangers(target, migration, options);
        if (options.replace()) {
            strangers.forEach(stranger -> output.warning("replacing: " + stranger));
        } else if (!strangers.isEmpty()) {
            throw CommandException.failed(
                    String.join("\n", strangers)
                            + ". Remove them, exclude them, or have them deleted and made anew with --replace.",
                    null);
        }
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
        FenceProbe probe = target.probeFence("sluice-fence-probe");
        if (!probe.works()) {
            output.warning("the target does not keep external versions (" + probe.reason()
                    + "): a repeat after a crash may overwrite what is newer there.");
        }
    }

    /** An index that was just made is empty, whatever an earlier run published of it. */
    private static void forgetCompletion(StateDirectory state, IndexPlan index) throws IOException {
        Path completion = state.root().resolve("complete").resolve(index.uuid() + ".json");
        Files.deleteIfExists(completion);
    }

    private static BackfillOptions options(MigrationConfig config, boolean allowPartial, boolean replace) {
        return new BackfillOptions(
                config.indices()::selects,
                config.indices()::targetName,
                index -> fence(config.fence().of(index)),
                allowPartial,
                replace,
                config.capture() != null,
                config.backfill().rebuildSource(),
                index -> new TypePolicy(
                        kind(config.metadata().of(index)), config.metadata().splitName()));
    }

    private static TypePolicy.Kind kind(MetadataConfig.Types types) {
        return switch (types) {
            case UNION -> TypePolicy.Kind.UNION;
            case PREFIX -> TypePolicy.Kind.PREFIX;
            case SPLIT -> TypePolicy.Kind.SPLIT;
            case FAIL -> TypePolicy.Kind.FAIL;
        };
    }

    private static Optional<FenceKind> fence(FenceConfig.Kind kind) {
        return switch (kind) {
            case AUTO -> Optional.empty();
            case SEQ_NO -> Optional.of(FenceKind.SEQ_NO);
            case VERSION -> Optional.of(FenceKind.VERSION);
            case NONE -> Optional.of(FenceKind.NONE);
        };
    }

    private static SnapshotConfig snapshot(MigrationConfig config) throws CommandException {
        SnapshotConfig snapshot = config.snapshot();
        if (snapshot == null) {
            throw CommandException.wrongUsage(
                    "a backfill needs a snapshot: set snapshot.name and snapshot.repository in the configuration");
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
