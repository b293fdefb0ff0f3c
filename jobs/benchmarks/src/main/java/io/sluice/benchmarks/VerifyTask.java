package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.DocumentRules;
import io.sluice.verify.Planning;
import io.sluice.verify.VerifyJob;
import io.sluice.verify.VerifyPlan;
import io.sluice.verify.VerifySpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The whole job as a user runs it on one machine. What is measured begins before it looks at the clusters. */
final class VerifyTask implements Worker.Task {

    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(3);
    private static final Duration SETTLING = Duration.ofMinutes(2);

    @Override
    public ObjectNode perform(JsonNode order, Worker.Mark mark) throws Exception {
        mark.begin();
        VerifySpec spec = spec(order);
        Configuration configuration = VerifyJob.configuration(spec, CHECKPOINT_EVERY);
        configuration.addAll(BackfillTask.embedded());
        // Not closed: its Flink ends with the job, and this process soon after.
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(
                order.path("slots").asInt(), configuration);
        VerifyJob.define(env, spec);
        env.execute(spec.jobName());
        JsonNode report = new ObjectMapper()
                .readTree(
                        Path.of(order.path("state").asText(), VerifyJob.STATUS).toFile());
        if (!report.path("verdict").asText().equals("equal")) {
            throw new IOException("the nodes are filled alike, and the job says: " + report);
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("documents", report.at("/documents/equal").asLong());
    }

    private static VerifySpec spec(JsonNode order) throws IOException {
        ClusterAddress source = Targets.address(order.path("source").asText());
        ClusterAddress target = Targets.address(order.path("target").asText());
        VerifyPlan plan;
        try (Cluster one = Cluster.connect(source);
                Cluster other = Cluster.connect(target)) {
            plan = new Planning(CarriedAs.DEFAULT, Targets.MIGRATION, names -> names.contains(DataSet.INDEX))
                    .of(one, other);
        }
        return new VerifySpec(
                Targets.MIGRATION,
                "bench",
                Path.of(order.path("state").asText()).toUri().toString(),
                plan,
                CarriedAs.DEFAULT,
                DocumentRules.NONE,
                source,
                target,
                1,
                false,
                0,
                SETTLING);
    }
}
