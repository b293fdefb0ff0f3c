package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.config.ClusterConfig;
import io.sluice.config.MigrationConfig;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.transform.IndexNames;
import io.sluice.verify.Listed;
import io.sluice.verify.Planning;
import io.sluice.verify.VerifyJob;
import io.sluice.verify.VerifyPlan;
import io.sluice.verify.VerifySpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that must be so before a verification starts. Nothing is changed on either side.
 *
 * @param restorePoint where an earlier one that was cut off goes on from; null to begin anew
 * @param unresolved names in lists that stand for nothing on either side
 */
record VerifySetup(VerifySpec spec, @Nullable Path restorePoint, Set<String> unresolved) {

    private static final String ORIGIN = "origin";
    private static final String RUN = "run";
    private static final String TOLD = "told";
    private static final String FINISHED = "finished";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /**
     * What the command line says.
     *
     * @param indices names or patterns; empty for all
     * @param sample the part of the documents that is compared
     * @param repair whether differences are mended
     * @param documentsPerSecond 0 for unlimited
     * @param settling how long, at most, is waited for what changes to come to rest
     * @param fresh whether one that was cut off is not gone on with
     * @param listed what alone is compared
     */
    record Wishes(
            List<String> indices,
            double sample,
            boolean repair,
            double documentsPerSecond,
            Duration settling,
            boolean fresh,
            Listed listed) {

        private Wishes with(Listed other) {
            return new Wishes(indices, sample, repair, documentsPerSecond, settling, fresh, other);
        }

        /** Whether an index with these names is verified. */
        boolean wants(Set<String> names) {
            boolean isChosen = indices.isEmpty() || names.stream().anyMatch(this::isNamed);
            return isChosen && names.stream().anyMatch(listed::names);
        }

        private boolean isNamed(String index) {
            return indices.stream().anyMatch(pattern -> IndexNames.matches(pattern, index));
        }
    }

    static VerifySetup prepare(MigrationConfig config, StateDirectory state, Instant now, Wishes asWished)
            throws IOException, CommandException {
        ClusterAddress source = ClusterAddresses.of(needed(config.source(), "source.endpoint"));
        ClusterAddress target = ClusterAddresses.of(needed(config.target(), "target.endpoint"));
        RewriteRules rules;
        VerifyPlan plan;
        ListedNames names;
        Wishes wishes;
        try (Cluster asked = Cluster.connect(source);
                Cluster other = Cluster.connect(target)) {
            SourceFacts facts = SourceFacts.of(asked);
            rules = ReplaySetup.rules(config, facts, facts.effects(), Optional.empty());
            names = ListedNames.of(asWished.listed(), List.of(ClusterNames.of(asked), ClusterNames.of(other)));
            wishes = asWished.with(names.listed());
            plan = new Planning(rules, config.name(), wishes::wants)
                    .of(asked, other)
                    .only(wishes.listed());
        }
        refuseNothing(plan, wishes, names.unresolved());
        ObjectNode origin = origin(config, plan, wishes);
        NumberedFile known = state.origin(VerifyJob.NAME);
        JsonNode before = known.read().<JsonNode>map(file -> file).orElse(MissingNode.getInstance());
        boolean goesOn = !wishes.fresh() && before.path(ORIGIN).equals(origin) && !isOver(config, state, before);
        // Also without a checkpoint it is the same run: what was decided and mended in it may have been written down.
        String run = goesOn ? before.path(RUN).asText() : NAME.format(now.truncatedTo(ChronoUnit.SECONDS));
        if (!goesOn) {
            known.update(file -> file.put(RUN, run).put(TOLD, false).set(ORIGIN, origin));
        }
        Path restorePoint =
                goesOn ? state.newestRestorePoint(VerifyJob.NAME, known.path()).orElse(null) : null;
        VerifySpec spec = new VerifySpec(
                config.name(),
                run,
                JobStart.folder(state),
                plan,
                rules,
                WantedDocuments.of(config, null),
                source,
                target,
                wishes.sample(),
                wishes.repair(),
                wishes.documentsPerSecond(),
                wishes.settling());
        return new VerifySetup(spec, restorePoint, names.unresolved());
    }

    /** To be called when a verification that ran here has come to its end. */
    static void told(StateDirectory state) throws StateException {
        state.origin(VerifyJob.NAME).update(file -> file.put(TOLD, true));
    }

    /**
     * A job says that it is finished before Flink commits its files. So one that ran here, and ended with its process in that moment, is
     * not over; one that runs elsewhere needs no process here.
     */
    private static boolean isOver(MigrationConfig config, StateDirectory state, JsonNode before) throws StateException {
        boolean ranHere = config.flink().rest() == null;
        if (ranHere && !before.path(TOLD).asBoolean()) {
            return false;
        }
        return state.status(VerifyJob.NAME)
                .read()
                .map(status -> status.path("state").asText().equals(FINISHED))
                .orElse(true);
    }

    private static ClusterConfig needed(@Nullable ClusterConfig cluster, String key) throws CommandException {
        if (cluster == null) {
            throw CommandException.wrongUsage(
                    "to verify, both clusters must be known: set %s in the configuration".formatted(key));
        }
        return cluster;
    }

    private static void refuseNothing(VerifyPlan plan, Wishes wishes, Set<String> unresolved) throws CommandException {
        boolean isEmpty = plan.parts().isEmpty()
                && plan.missing().isEmpty()
                && plan.extra().isEmpty()
                && plan.notCompared().isEmpty();
        if (isEmpty && !unresolved.isEmpty()) {
            throw CommandException.failed(
                    "neither side has what the lists name: %s. Verify without --from-lists".formatted(unresolved),
                    null);
        }
        if (isEmpty) {
            throw CommandException.failed(
                    wishes.indices().isEmpty() && wishes.listed().names("*")
                            ? "neither side has an index that `indices` of the configuration chooses, so there is nothing to verify"
                            : "neither side has an index that --index or the lists choose. See sluice clusters cat",
                    null);
        }
    }

    /** What positions are positions of. */
    private static ObjectNode origin(MigrationConfig config, VerifyPlan plan, Wishes wishes) {
        ObjectNode origin = JsonNodeFactory.instance.objectNode();
        origin.put("parts", plan.describe())
                .put("indices", config.indices().toString())
                .put("documents", config.documents().toString())
                .put("metadata", config.metadata().toString())
                .put("wanted", String.valueOf(config.backfill().query()))
                .put("sample", wishes.sample())
                .put("repair", wishes.repair())
                .put("listed", wishes.listed().describe());
        wishes.indices().forEach(origin.withArray("chosen")::add);
        return origin;
    }
}
