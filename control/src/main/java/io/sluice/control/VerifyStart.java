package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Progress;
import io.sluice.state.JobSettings;
import io.sluice.verify.VerifyJob;
import io.sluice.verify.VerifySpec;
import java.io.IOException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The verification as it is started. */
record VerifyStart(VerifySpec spec, int parallelism) implements StartedJob {

    /** Little is sent from one subtask to another: what matches on its way is not. */
    private static final MemorySize NETWORK = MemorySize.ofMebiBytes(64);

    @Override
    public String name() {
        return VerifyJob.NAME;
    }

    @Override
    public String command() {
        return "sluice verify";
    }

    @Override
    public String flinkName() {
        return spec.jobName();
    }

    @Override
    public Class<?> main() {
        return VerifyJob.class;
    }

    @Override
    public Configuration configuration() {
        return VerifyJob.configuration(spec, JobSettings.CHECKPOINT_EVERY);
    }

    @Override
    public MemorySize network() {
        return NETWORK;
    }

    @Override
    public void define(StreamExecutionEnvironment env) throws IOException {
        VerifyJob.define(env, spec);
    }

    @Override
    public ObjectNode ordersAtStart(ObjectNode orders) {
        return orders;
    }

    @Override
    public String unit() {
        return "documents";
    }

    @Override
    public void tell(Progress progress, ObjectNode status) {
        JsonNode documents = status.path("documents");
        if (documents.has("expected")) {
            progress.update(
                    documents.path("source").asLong(),
                    documents.path("expected").asLong(),
                    "%s/s, %s"
                            .formatted(
                                    Numbers.grouped(status.path("rate").asLong()),
                                    status.path("doing").asText()));
        }
    }

    @Override
    public String summary(ObjectNode status) {
        return "%s documents of the source and %s of the target read"
                .formatted(
                        Numbers.grouped(status.at("/documents/source").asLong()),
                        Numbers.grouped(status.at("/documents/target").asLong()));
    }
}
