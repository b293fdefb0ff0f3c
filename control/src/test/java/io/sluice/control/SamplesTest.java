package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.backfill.BackfillOptions;
import io.sluice.config.ClusterConfig;
import io.sluice.config.MigrationConfig;
import io.sluice.config.SnapshotConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample goes as far as it can without a server: what somebody copies must not be refused by this program itself. */
class SamplesTest {

    private static final Path SAMPLES = Path.of("../config/samples");
    private static final List<String> SECRETS = List.of("SOURCE_PASSWORD", "TARGET_PASSWORD", "KAFKA_JAAS");

    @TempDir
    private Path folder;

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private CommandRun run(String... arguments) {
        CommandRun run = CommandRun.in(folder);
        SECRETS.forEach(secret -> run.with(secret, "x"));
        return run.run(arguments);
    }

    private void copy(Path sample) throws IOException {
        Files.copy(sample, folder.resolve("migration.yaml"));
        Files.writeString(folder.resolve("target.key"), "x");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void commandsThatNeedNoServerDoTheirWork(Path sample) throws Exception {
        copy(sample);

        for (String job : List.of("backfill", "replay")) {
            CommandRun status = run(job, "status");
            assertThat(status.exitCode()).as("%s: %s", job, status.err()).isEqualTo(ExitCode.NOT_READY);
        }
        CommandRun verify = run("verify", "--from-lists", "--json");
        assertThat(verify.out()).as("%s", verify.err()).hasSize(1);
        assertThat(verify.exitCode()).isIn(ExitCode.DONE, ExitCode.DONE_WITH_DIFFERENCES);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void whatABackfillIsMadeOfIsThere(Path sample) throws Exception {
        copy(sample);
        CommandRun run = CommandRun.in(folder);
        SECRETS.forEach(secret -> run.with(secret, "x"));
        MigrationConfig config = new Invocation(run.surroundings()).config();

        for (ClusterConfig cluster : Stream.of(config.source(), config.target())
                .filter(one -> one != null)
                .toList()) {
            assertThat(ClusterAddresses.of(cluster).toString()).isNotEmpty();
        }
        BackfillOptions options = BackfillSetup.options(config, true, false);
        assertThat(options).isNotNull();
        SnapshotConfig snapshot = config.snapshot();
        if (snapshot != null) {
            assertThat(BackfillSetup.location(snapshot.repository()).toString()).isNotEmpty();
        }
    }
}
