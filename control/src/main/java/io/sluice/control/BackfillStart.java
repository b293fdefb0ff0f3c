package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.BackfillJob;
import io.sluice.backfill.BackfillSpec;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Progress;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.state.JobSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The backfill as it is started. */
record BackfillStart(BackfillSpec spec, int parallelism) implements StartedJob {

    static final String JOB = "backfill";

    private static final String ORIGIN = "origin";

    /** Its operators are one chain: nothing is sent from one subtask to another. */
    private static final MemorySize NETWORK = MemorySize.ofMebiBytes(16);

    /**
     * Where to go on from: the newest checkpoint or savepoint, if its positions still say what is on the target.
     *
     * <p>They do not when the user wants to begin anew, when a target index was made anew, or when the snapshot, the
     * chosen indices or a fence changed. What is begun is written down before the job starts, so that a crash before
     * its first checkpoint does not bring an older restore point back.
     */
    static Optional<Path> restorePoint(StateDirectory state, BackfillSetup setup, boolean fresh, Output output)
            throws StateException, CommandException {
        NumberedFile known = state.origin(JOB);
        JsonNode before = known.read().map(origin -> origin.path(ORIGIN)).orElse(MissingNode.getInstance());
        boolean same = before.equals(setup.origin());
        if (!same && !setup.allMadeAnew()) {
            WantedDocuments.refuseNarrower(
                    before.path(BackfillSetup.RULES), setup.spec().rules());
        }
        if (same && !fresh && !setup.madeAnew()) {
            return state.newestRestorePoint(JOB, known.path());
        }
        if (!fresh && state.newestRestorePoint(JOB).isPresent()) {
            output.warning(
                    "the snapshot, its indices or those of the target are not what the last savepoint was taken of:"
                            + " the backfill begins anew.");
        }
        known.update(origin -> {
            origin.set(ORIGIN, setup.origin());
            origin.set(BackfillSetup.SINCE, setup.since());
            return origin;
        });
        return Optional.empty();
    }

    @Override
    public String name() {
        return JOB;
    }

    @Override
    public String flinkName() {
        return spec.jobName();
    }

    @Override
    public Class<?> main() {
        return BackfillJob.class;
    }

    @Override
    public Configuration configuration() {
        return BackfillJob.configuration(spec, JobSettings.CHECKPOINT_EVERY);
    }

    @Override
    public MemorySize network() {
        return NETWORK;
    }

    @Override
    public void define(StreamExecutionEnvironment env) throws IOException {
        BackfillJob.define(env, spec);
    }

    @Override
    public ObjectNode ordersAtStart(ObjectNode orders) {
        return orders.put("paused", false);
    }

    @Override
    public String unit() {
        return "documents";
    }

    @Override
    public void tell(Progress progress, ObjectNode status) {
        if (!status.has("documents")) {
            return;
        }
        StringBuilder detail = new StringBuilder();
        detail.append(Numbers.grouped(status.path("rate").asLong())).append("/s");
        if (status.path("state").asText().equals("paused")) {
            detail.append(", paused");
        }
        String waitingFor = status.path("waiting_for").path(0).asText("");
        if (!waitingFor.isEmpty()) {
            detail.append(", waiting: ").append(waitingFor);
        }
        progress.update(
                BackfillReport.settled(status),
                status.at("/documents/in_snapshot").asLong(),
                detail.toString());
    }

    @Override
    public String summary(ObjectNode status) {
        return "%s of %s documents settled"
                .formatted(
                        Numbers.grouped(BackfillReport.settled(status)),
                        Numbers.grouped(status.at("/documents/in_snapshot").asLong()));
    }
}
