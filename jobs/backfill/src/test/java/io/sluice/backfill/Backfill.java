package io.sluice.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.backfill.BackfillPlan.Preparation;
import io.sluice.backfill.BackfillPlan.PreparedIndex;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.transform.DocumentRules;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One backfill as a test runs it: in this JVM, from a repository on disk. */
final class Backfill {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RepositoryLocation repository;
    private final String snapshot;
    private final URI target;
    private final Path state;
    private BackfillOptions options = BackfillOptions.DEFAULT;
    private DocumentRules rules = DocumentRules.NONE;
    private int maxBulkBytes = 1 << 20;

    Backfill(RepositoryLocation repository, String snapshot, URI target, Path state) {
        this.repository = repository;
        this.snapshot = snapshot;
        this.target = target;
        this.state = state;
    }

    Backfill with(BackfillOptions chosen) {
        options = chosen;
        return this;
    }

    Backfill by(DocumentRules chosen) {
        rules = chosen;
        return this;
    }

    Backfill withBulksOf(int bytes) {
        maxBulkBytes = bytes;
        return this;
    }

    static ClusterAddress address(URI endpoint) {
        return new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT);
    }

    /** Looks the snapshot up, makes the target's indices, and says what the job is to do. */
    BackfillSpec prepare(URI through) throws Exception {
        BackfillPlan plan = BackfillPlan.of(repository, snapshot, options);
        Set<String> refused;
        try (Cluster cluster = Cluster.connect(address(target))) {
            refused = plan.prepare(cluster, "test", options).stream()
                    .filter(index -> index.preparation() == Preparation.REFUSED)
                    .map(PreparedIndex::source)
                    .collect(Collectors.toSet());
        }
        List<IndexPlan> indices = plan.indices().stream()
                .map(BackfillPlan.PlannedIndex::plan)
                .filter(index -> !refused.contains(index.name()))
                .toList();
        return new BackfillSpec(
                "test",
                state.toUri().toString(),
                repository,
                snapshot,
                indices,
                rules,
                address(through),
                maxBulkBytes,
                4,
                RateLimit.UNLIMITED);
    }

    /** Runs it to its end and returns the last status. */
    JsonNode run(int parallelism) throws Exception {
        return run(prepare(target), parallelism);
    }

    JsonNode run(BackfillSpec spec, int parallelism) throws Exception {
        Configuration configuration = BackfillJob.configuration(spec, Duration.ofMillis(300));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
        BackfillJob.define(env, spec);
        env.execute(spec.jobName());
        return status();
    }

    boolean hasStatus() {
        return Files.exists(state.resolve(BackfillEnumerator.STATUS));
    }

    JsonNode status() throws IOException {
        return JSON.readTree(state.resolve(BackfillEnumerator.STATUS).toFile());
    }

    /** The lines of all committed failure files. */
    List<JsonNode> failures() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        Path folder = state.resolve(BackfillJob.FAILURES);
        if (!Files.isDirectory(folder)) {
            return lines;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().startsWith(".")) {
                    for (String line : Files.readAllLines(file)) {
                        lines.add(JSON.readTree(line));
                    }
                }
            }
        }
        return lines;
    }
}
