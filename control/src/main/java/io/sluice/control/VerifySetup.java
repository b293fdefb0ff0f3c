package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.MigrationConfig;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.transform.IndexNames;
import io.sluice.verify.Listed;
import io.sluice.verify.Points;
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
import java.util.Set;
import java.util.function.Predicate;
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
    private static final String NOTED = "noted";
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
     * @param againstSnapshot whether with the snapshot, and not with the source as it is now
     * @param since whether only what was written since the last verification that found everything equal
     */
    record Wishes(
            List<String> indices,
            double sample,
            boolean repair,
            double documentsPerSecond,
            Duration settling,
            boolean fresh,
            Listed listed,
            boolean againstSnapshot,
            boolean since) {

        /** Says whether an index with these names is verified, with lists that name indices. */
        Predicate<Set<String>> choosing(Listed resolved) {
            return names -> {
                boolean isChosen = indices.isEmpty() || names.stream().anyMatch(this::isNamed);
                return isChosen && names.stream().anyMatch(resolved::names);
            };
        }

        private boolean isNamed(String index) {
            return indices.stream().anyMatch(pattern -> IndexNames.matches(pattern, index));
        }
    }

    static VerifySetup prepare(MigrationConfig config, StateDirectory state, Instant now, Wishes wishes)
            throws IOException, CommandException {
        VerifySides sides = VerifySides.of(config, wishes);
        refuseNothing(sides, wishes);
        if (wishes.since()) {
            sides = sides.with(VerifySince.cut(config, state, sides.plan()));
        }
        ObjectNode origin = origin(config, sides, wishes);
        NumberedFile known = state.origin(VerifyJob.NAME);
        JsonNode before = known.read().<JsonNode>map(file -> file).orElse(MissingNode.getInstance());
        boolean goesOn = !wishes.fresh()
                && before.path(ORIGIN).equals(origin)
                && !isOver(config, state, before)
                && !hasEnded(state, known);
        // Also without a checkpoint it is the same run: what was decided and mended in it may have been written down.
        String run = goesOn ? before.path(RUN).asText() : NAME.format(now.truncatedTo(ChronoUnit.SECONDS));
        if (!goesOn) {
            ObjectNode noted = sides.plan().noted().toJson();
            known.update(file -> {
                file.put(RUN, run).put(TOLD, false).set(ORIGIN, origin);
                file.set(NOTED, noted);
                return file;
            });
        }
        // What was read before it was cut off is as old as that.
        VerifyPlan plan = goesOn ? sides.plan().noting(Points.of(before.path(NOTED))) : sides.plan();
        Path restorePoint =
                goesOn ? state.newestRestorePoint(VerifyJob.NAME, known.path()).orElse(null) : null;
        VerifySpec spec = new VerifySpec(
                config.name(),
                run,
                JobStart.folder(state),
                plan,
                sides.rules(),
                WantedDocuments.of(config, null),
                sides.source(),
                sides.target(),
                wishes.sample(),
                wishes.repair(),
                wishes.documentsPerSecond(),
                wishes.settling());
        return new VerifySetup(spec, restorePoint, sides.unresolved());
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

    /**
     * Whether one that nobody was told of came to its end all the same: Flink keeps no checkpoint of what is done. What it decided is of then,
     * so the next one begins anew.
     */
    private static boolean hasEnded(StateDirectory state, NumberedFile known) throws IOException {
        boolean isFinished = state.status(VerifyJob.NAME)
                .read()
                .map(status -> status.path("state").asText().equals(FINISHED))
                .orElse(false);
        return isFinished
                && state.newestRestorePoint(VerifyJob.NAME, known.path()).isEmpty();
    }

    private static void refuseNothing(VerifySides sides, Wishes wishes) throws CommandException {
        VerifyPlan plan = sides.plan();
        Set<String> unresolved = sides.unresolved();
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
                    wishes.indices().isEmpty() && sides.listed().names("*")
                            ? "neither side has an index that `indices` of the configuration chooses, so there is nothing to verify"
                            : "neither side has an index that --index or the lists choose. See sluice clusters cat",
                    null);
        }
    }

    /** What positions are positions of. */
    private static ObjectNode origin(MigrationConfig config, VerifySides sides, Wishes wishes) {
        ObjectNode origin = JsonNodeFactory.instance.objectNode();
        origin.put("parts", sides.plan().describe());
        origin.setAll(rules(config));
        origin.put("sample", wishes.sample())
                .put("repair", wishes.repair())
                .put("listed", sides.listed().describe())
                .put("against", wishes.againstSnapshot() ? String.valueOf(config.snapshot()) : "source");
        wishes.indices().forEach(origin.withArray("chosen")::add);
        return origin;
    }

    /** By what documents are chosen and changed on their way. */
    static ObjectNode rules(MigrationConfig config) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("indices", config.indices().toString())
                .put("documents", config.documents().toString())
                .put("metadata", config.metadata().toString())
                .put("wanted", String.valueOf(config.backfill().query()));
    }
}
