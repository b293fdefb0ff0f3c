package io.sluice.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.TopicAdmin;
import io.sluice.capture.topic.TopicShape;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.FenceProbe;
import io.sluice.config.CaptureConfig;
import io.sluice.config.ClusterConfig;
import io.sluice.config.FenceConfig;
import io.sluice.config.MetadataConfig;
import io.sluice.config.MigrationConfig;
import io.sluice.config.Rate;
import io.sluice.config.ReplayConfig;
import io.sluice.config.SnapshotConfig;
import io.sluice.control.console.Output;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.replay.Judging;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.ReplayJob;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.Rewriting;
import io.sluice.replay.account.Outcomes;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.SnapshotMark;
import io.sluice.replay.wire.StateForm;
import io.sluice.transform.CarryRules.FenceRule;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypePolicy;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything that must be so before a replay starts: there is a capture, it reaches back far enough, the source can be asked, the
 * target takes fenced writes, and its indices are ours. Nothing is changed at either; in the state it is noted what names of the source do.
 *
 * @param origin what positions are positions of: the topic, the snapshot, and what decides which documents go where; and the form in
 *     which they are written down
 * @param strangers indices of the target that are not ours and may be replaced
 * @param carried UUIDs of the source's indices, of which a backfill may have carried into those
 */
record ReplaySetup(ReplaySpec spec, ArrayNode origin, Set<String> strangers, Set<String> carried) {

    /**
     * What the command line says.
     *
     * @param fresh begin anew
     * @param replace have target indices of another origin made anew
     */
    record Wishes(boolean fresh, boolean replace) {}

    /** Looks everything up. Nothing is changed anywhere. */
    static ReplaySetup prepare(MigrationConfig config, StateDirectory state, Output output, Wishes wishes)
            throws IOException, CommandException {
        refuseWrongUsage(config);
        CaptureConfig capture = needed(config.capture(), "a capture", "capture.brokers");
        if (config.replay().mode() == ReplayConfig.Mode.LOAD) {
            if (wishes.replace()) {
                throw CommandException.wrongUsage(
                        "--replace is not possible with replay.mode load, which writes into the indices that are there. Leave one out");
            }
            return load(config, capture, state, output, wishes);
        }
        ClusterConfig source = needed(config.source(), "a source that can be asked", "source.endpoint");
        ClusterConfig target = needed(config.target(), "a target", "target.endpoint");
        KafkaAccess access = new KafkaAccess(capture.kafka(), capture.topic());
        TopicShape topic = topic(access);
        Optional<SnapshotRecord> snapshot = snapshot(config, state, output);
        SourceFacts facts;
        try (Cluster asked = Cluster.connect(ClusterAddresses.of(source))) {
            facts = SourceFacts.of(asked);
        }
        NameEffects ever = EverNames.with(state.names(), facts.effects());
        RewriteRules rules = rules(config, facts, ever, snapshot.map(SnapshotMark::of));
        Optional<SnapshotRecord> marked = rules.mark() == null ? Optional.empty() : snapshot;
        ReplayPositions positions = new ReplayPositions(access, topic.partitions(), marked);
        ArrayNode origin = origin(config, capture, topic, snapshot);
        Optional<Path> saved = wishes.fresh() ? Optional.empty() : ReplayStart.saved(state, origin);
        try (Cluster written = Cluster.connect(ClusterAddresses.of(target))) {
            written.info();
            refuseWithoutFence(written);
            ReplayStrangers strangers = new ReplayStrangers(config.name(), rules, facts);
            snapshot.ifPresent(strangers::with);
            Map<String, String> found =
                    saved.isPresent() ? strangers.goingOn(written) : strangers.atBegin(written, positions.begin());
            TargetChecks.refuseStrangers(List.copyOf(found.values()), wishes.replace(), output);
            // After indices were replaced no position says any more what is at the target.
            Map<Integer, Long> offsets = saved.isPresent() && found.isEmpty()
                    ? positions.goingOn(saved.get(), output)
                    : positions.atBegin(output);
            ReplaySpec spec = spec(config, capture, state, topic, offsets, Rewriting.by(rules), source, target);
            return new ReplaySetup(spec, origin, found.keySet(), strangers.uuids(found.keySet()));
        }
    }

    /**
     * Deletes what is to be made anew, as the source has it, by the first write to it. After that no position says any more what is at the
     * target; and what a backfill has carried there is not there any more. That is noted first: after a crash in between it is carried once
     * more.
     */
    void replace(StateDirectory state) throws IOException {
        if (!strangers.isEmpty()) {
            TargetContents contents = new TargetContents(state);
            for (String uuid : carried) {
                contents.forgetCompletion(uuid);
            }
            try (Cluster target = Cluster.connect(spec.target())) {
                for (String stranger : strangers) {
                    target.deleteIndex(stranger);
                }
            }
        }
    }

    /** From the beginning of the topic on, whatever the source is: nobody asks it. */
    private static ReplaySetup load(
            MigrationConfig config, CaptureConfig capture, StateDirectory state, Output output, Wishes wishes)
            throws IOException, CommandException {
        ClusterConfig target = needed(config.target(), "a target", "target.endpoint");
        KafkaAccess access = new KafkaAccess(capture.kafka(), capture.topic());
        TopicShape topic = topic(access);
        try (Cluster tested = Cluster.connect(ClusterAddresses.of(target))) {
            tested.info();
        }
        ArrayNode origin = JsonNodeFactory.instance
                .arrayNode()
                .add(capture.topic() + " " + topic.partitions())
                .add("load " + config.replay().copies())
                .add(StateForm.NUMBER);
        ReplayPositions positions = new ReplayPositions(access, topic.partitions(), Optional.empty());
        Optional<Path> saved = wishes.fresh() ? Optional.empty() : ReplayStart.saved(state, origin);
        Map<Integer, Long> offsets =
                saved.isPresent() ? positions.goingOn(saved.get(), output) : positions.atBegin(output);
        Rewriting.Maker rewriting = Rewriting.load(config.replay().copies());
        ReplaySpec spec = spec(config, capture, state, topic, offsets, rewriting, target, target);
        return new ReplaySetup(spec, origin, Set.of(), Set.of());
    }

    private static ReplaySpec spec(
            MigrationConfig config,
            CaptureConfig capture,
            StateDirectory state,
            TopicShape topic,
            Map<Integer, Long> offsets,
            Rewriting.Maker rewriting,
            ClusterConfig source,
            ClusterConfig target) {
        ReplayConfig replay = config.replay();
        boolean isLoad = replay.mode() == ReplayConfig.Mode.LOAD;
        return new ReplaySpec(
                config.name(),
                UUID.randomUUID().toString(),
                JobStart.folder(state),
                capture.kafka(),
                capture.topic(),
                topic.partitions(),
                offsets,
                rewriting,
                ClusterAddresses.of(source),
                ClusterAddresses.of(target),
                replay.delay(),
                replay.speed(),
                isLoad ? 1 : replay.catchUp(), // a test goes at its own speed, however long ago the capture was
                ReplayBounds.DEFAULT
                        .with(replay.held().bytes(), asksPerSecond(replay.askSource()))
                        .ofCopies(isLoad ? replay.copies() : 1),
                new Judging(replay.reads(), outcomes(replay.outcomes()), Judging.DEFAULT.fileAge()));
    }

    private static void refuseWrongUsage(MigrationConfig config) throws CommandException {
        ReplayConfig replay = config.replay();
        if (replay.parallelism() > ReplayJob.MAX_PARALLELISM) {
            throw CommandException.wrongUsage("replay.parallelism is %d; a replay has at most %d subtasks"
                    .formatted(replay.parallelism(), ReplayJob.MAX_PARALLELISM));
        }
        if (replay.askSource() instanceof Rate.Bytes) {
            throw CommandException.wrongUsage(
                    "replay.ask_source.rate is in bytes, but questions are counted: set it to \"500 docs/s\", for"
                            + " example");
        }
    }

    private static <T> T needed(@Nullable T section, String what, String key) throws CommandException {
        if (section == null) {
            throw CommandException.wrongUsage("a replay needs %s: set %s in the configuration".formatted(what, key));
        }
        return section;
    }

    private static TopicShape topic(KafkaAccess access) throws IOException, CommandException {
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            Optional<TopicShape> found = admin.find();
            if (found.isEmpty()) {
                throw CommandException.failed(
                        "there is no topic %s on Kafka at %s, so nothing was captured. Create it with sluice capture create-topic, and start the proxy"
                                .formatted(access.topic(), access.brokers()),
                        null);
            }
            return found.get();
        }
    }

    /** The record of the snapshot that the backfill carries; empty when nothing is known of it. */
    private static Optional<SnapshotRecord> snapshot(MigrationConfig config, StateDirectory state, Output output)
            throws StateException, CommandException {
        SnapshotConfig wanted = config.snapshot();
        if (wanted == null) {
            return Optional.empty();
        }
        Optional<SnapshotRecord> known = SnapshotCreation.read(state.snapshot())
                .filter(record -> record.name().equals(wanted.name()));
        if (known.isPresent() && known.get().stage() != SnapshotRecord.Stage.TAKEN) {
            throw CommandException.notReady(
                    "snapshot %s is not over yet, and what it holds decides where the replay begins. Watch it to its end with sluice snapshot create"
                            .formatted(wanted.name()));
        }
        if (known.isEmpty() || SnapshotMark.of(known.get()) == null) {
            output.warning(
                    "nothing in the capture marks the beginning of snapshot %s: all of the capture is replayed. That takes longer, and does no harm."
                            .formatted(wanted.name()));
        }
        return known;
    }

    private static void refuseWithoutFence(Cluster target) throws IOException, CommandException {
        FenceProbe probe = TargetChecks.probeFence(target);
        if (!probe.works()) {
            throw CommandException.failed(
                    "the target does not keep external versions (%s), so an older write could replace a newer one. A replay needs a target that does"
                            .formatted(probe.reason()),
                    null);
        }
    }

    /**
     * What becomes of indices and documents on their way to the target.
     *
     * @param ever what names do, and did since the capture began
     */
    static RewriteRules rules(MigrationConfig config, SourceFacts source, NameEffects ever, Optional<SnapshotMark> mark)
            throws CommandException {
        IndexNames names = BackfillSetup.names(config).with(source.streams());
        return new RewriteRules(
                names,
                fences(config, source),
                source.newest(),
                routes(config, names, source),
                source.meaningOfPaths(),
                config.documents().drop(),
                source.unrouted(ever),
                source.aliases(),
                ever,
                mark.map(known -> known.with(source.created())).orElse(null),
                true,
                true,
                RewriteRules.MOST_BODY_BYTES);
    }

    /** As the backfill has it: sequence numbers wherever an index has any, if nobody says otherwise. */
    private static List<FenceRule> fences(MigrationConfig config, SourceFacts source) {
        List<FenceRule> fences = new ArrayList<>();
        source.unnumbered().stream()
                .filter(index -> config.fence().of(index) == FenceConfig.Kind.AUTO)
                .forEach(index -> fences.add(new FenceRule(index, FenceKind.VERSION)));
        for (FenceConfig.Rule rule : config.fence().byPattern()) {
            fences.add(new FenceRule(
                    rule.pattern(), BackfillSetup.fence(rule.kind()).orElse(source.newest())));
        }
        return fences;
    }

    private static Map<String, TypeRoutes> routes(MigrationConfig config, IndexNames names, SourceFacts source)
            throws CommandException {
        Map<String, TypeRoutes> routes = new HashMap<>();
        for (Map.Entry<String, List<String>> index : source.types().entrySet()) {
            String name = index.getKey();
            if (!names.selects(name)) {
                continue;
            }
            MetadataConfig.Types wanted = config.metadata().of(name);
            if (wanted == MetadataConfig.Types.FAIL) {
                throw CommandException.failed(
                        "index %s has the types %s, and metadata.types is fail for it. Exclude it, or choose union, prefix or split"
                                .formatted(name, String.join(", ", index.getValue())),
                        null);
            }
            TypePolicy policy = BackfillSetup.types(config, name);
            try {
                routes.put(name, policy.routes(names.targetName(name), index.getValue()));
            } catch (IllegalArgumentException e) {
                throw CommandException.failed("index %s cannot be split: %s".formatted(name, e.getMessage()), e);
            }
        }
        return routes;
    }

    private static double asksPerSecond(Rate rate) {
        return rate instanceof Rate.Documents documents ? documents.perSecond() : Double.POSITIVE_INFINITY;
    }

    private static Outcomes outcomes(ReplayConfig.Outcomes wanted) {
        return switch (wanted) {
            case ALL -> Outcomes.ALL;
            case NOTABLE -> Outcomes.NOTABLE;
            case NONE -> Outcomes.NONE;
        };
    }

    private static ArrayNode origin(
            MigrationConfig config, CaptureConfig capture, TopicShape topic, Optional<SnapshotRecord> snapshot) {
        return JsonNodeFactory.instance
                .arrayNode()
                .add(capture.topic() + " " + topic.partitions())
                .add(snapshot.map(SnapshotRecord::uuid).orElse(""))
                .add(config.indices().toString())
                .add(config.documents().toString())
                .add(config.metadata().toString())
                .add(config.fence().toString())
                .add(StateForm.NUMBER);
    }
}
