package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Progress;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import io.sluice.replay.ReplayJob;
import io.sluice.replay.ReplaySpec;
import io.sluice.state.JobSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The replay as it is started. */
record ReplayStart(ReplaySpec spec, int parallelism) implements StartedJob {

    private static final String ORIGIN = "origin";

    private static final long LEAST_NETWORK = 64L << 20;

    /**
     * Between any two subtasks of neighbours there are about four buffers of 32 KB, and there are four pairs of neighbours. Twice that,
     * so that it can be scaled to twice as many.
     */
    private static final long NETWORK_OF_EACH_PAIR = 2L * 4 * 4 * (32 << 10);

    /**
     * Where to go on from: the newest checkpoint or savepoint, if it is one of the same topic, snapshot and rules. What is begun is
     * written down before the job starts, so that a crash before its first checkpoint does not bring an older one back.
     */
    static Optional<Path> restorePoint(StateDirectory state, ReplaySetup setup, boolean fresh, Output output)
            throws StateException {
        NumberedFile known = state.origin(ReplayJob.NAME);
        if (isOf(known, setup.origin()) && !fresh) {
            return state.newestRestorePoint(ReplayJob.NAME, known.path());
        }
        if (!fresh && state.newestRestorePoint(ReplayJob.NAME).isPresent()) {
            output.warning(
                    "the topic, the snapshot, the rules for indices and documents, or the form of the state are not"
                            + " those of the last savepoint: the replay begins anew.");
        }
        known.update(origin -> origin.set(ORIGIN, setup.origin()));
        return Optional.empty();
    }

    /** What it would go on from if nobody wants it to begin anew. */
    static Optional<Path> saved(StateDirectory state, ArrayNode origin) throws StateException {
        NumberedFile known = state.origin(ReplayJob.NAME);
        return isOf(known, origin) ? state.newestRestorePoint(ReplayJob.NAME, known.path()) : Optional.empty();
    }

    private static boolean isOf(NumberedFile known, ArrayNode origin) throws StateException {
        return known.read()
                .map(before -> before.path(ORIGIN))
                .orElse(MissingNode.getInstance())
                .equals(origin);
    }

    @Override
    public String name() {
        return ReplayJob.NAME;
    }

    @Override
    public String flinkName() {
        return spec.jobName();
    }

    @Override
    public Class<?> main() {
        return ReplayJob.class;
    }

    @Override
    public Configuration configuration() {
        return ReplayJob.configuration(spec, JobSettings.CHECKPOINT_EVERY);
    }

    @Override
    public MemorySize network() {
        return new MemorySize(Math.max(LEAST_NETWORK, NETWORK_OF_EACH_PAIR * parallelism * parallelism));
    }

    @Override
    public void define(StreamExecutionEnvironment env) throws IOException {
        ReplayJob.define(env, spec);
    }

    @Override
    public ObjectNode ordersAtStart(ObjectNode orders) {
        return orders.put("paused", false).put("speed", spec.speed());
    }

    @Override
    public String unit() {
        return "exchanges";
    }

    @Override
    public void tell(Progress progress, ObjectNode status) {
        if (status.has("exchanges")) {
            progress.update(settled(status), 0, detail(status));
        }
    }

    static String detail(JsonNode status) {
        StringBuilder detail = new StringBuilder("captured until %s, replayed until %s"
                .formatted(ReplayReport.time(status, "captured_until"), ReplayReport.time(status, "replayed_until")));
        if (status.path("lag_seconds").isNumber()) {
            detail.append(", ")
                    .append(ReplayReport.seconds(status.path("lag_seconds").asDouble()))
                    .append(" behind");
        }
        detail.append(", ")
                .append(Numbers.grouped(status.path("rate").asLong()))
                .append("/s");
        if (status.path("state").asText().equals("paused")) {
            detail.append(", paused");
        }
        String waitingFor = status.path("waiting_for").asText("");
        return waitingFor.isEmpty() ? detail.toString() : detail + ", waiting: " + waitingFor;
    }

    @Override
    public String summary(ObjectNode status) {
        return "%s exchanges settled, replayed until %s"
                .formatted(Numbers.grouped(settled(status)), ReplayReport.time(status, "replayed_until"));
    }

    private static long settled(JsonNode status) {
        return status.at("/exchanges/captured").asLong()
                - status.at("/exchanges/held").asLong();
    }
}
