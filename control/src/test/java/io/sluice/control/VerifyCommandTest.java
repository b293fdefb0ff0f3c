package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done before a cluster is asked: none answers here. */
class VerifyCommandTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path state;

    @BeforeEach
    void configure() throws IOException {
        state = folder.resolve("state/books");
        Files.writeString(folder.resolve("migration.yaml"), """
                name: books
                state: "%s"
                source: {endpoint: "http://127.0.0.1:1"}
                target: {endpoint: "http://127.0.0.1:2"}
                """.formatted(folder.resolve("state")));
    }

    @Test
    void requestsOfWhichNobodyKnowsWhatTheyChangedAreNotEqual() throws Exception {
        Path outcomes = Files.createDirectories(state.resolve("outcomes/replay/2026-11-30"))
                .resolve("outcomes-1.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(outcomes))) {
            out.write("{\"verdict\":\"unknown\"}\n".getBytes(StandardCharsets.UTF_8));
        }

        CommandRun run = CommandRun.in(folder).run("verify", "--json", "--from-lists");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        JsonNode report = JSON.readTree(run.out().get(0));
        assertThat(report.path("verdict").asText()).isEqualTo("incomplete");
        assertThat(report.path("requests_without_index").asLong()).isEqualTo(1);
    }

    @Test
    void whatWasLostOfTheCaptureIsNotEqualAndTheHintIsToVerifyAll() throws Exception {
        Path status = Files.createDirectories(state.resolve("status")).resolve("replay.json");
        Files.writeString(status, "{\"number\":1,\"state\":\"stopped\",\"exchanges\":{\"malformed\":1}}");

        CommandRun run = CommandRun.in(folder).run("verify", "--from-lists");

        assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(ExitCode.DONE_WITH_DIFFERENCES);
        assertThat(run.err()).anyMatch(line -> line.contains("not compared, by rule malformed"));
        assertThat(run.out()).contains("Next: sluice verify");
    }

    @Test
    void aReplayThatDidNotLiveToSayThatItIsOverIsOver() throws Exception {
        assertThat(replayAfter("running", NOW.minusSeconds(60))).isEqualTo("stopped");
        assertThat(replayAfter("starting", NOW.minusSeconds(60))).isEqualTo("stopped");
        assertThat(replayAfter("finished", NOW.minusSeconds(60))).isEqualTo("finished");
    }

    @Test
    void oneThatSaidSomethingJustNowMayBeAboutToWrite() throws Exception {
        assertThat(replayAfter("running", NOW.minusSeconds(5))).isEqualTo("running");
        assertThat(replayAfter("starting", NOW.minusSeconds(5))).isEqualTo("starting");
    }

    /** The state of the replay when a verification was about to start. */
    private String replayAfter(String told, Instant updated) throws IOException {
        Path status = Files.createDirectories(state.resolve("status")).resolve("replay.json");
        Files.writeString(status, "{\"number\":1,\"state\":\"%s\",\"updated\":\"%s\"}".formatted(told, updated));

        CommandRun run = CommandRun.in(folder).at(NOW).run("verify");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        return JSON.readTree(status.toFile()).path("state").asText();
    }

    @Test
    void whatDoesNotChangeHasNothingSince() {
        CommandRun run = CommandRun.in(folder).run("verify", "--since", "--against", "snapshot");

        assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(String.join("\n", run.err())).contains("--since", "--against snapshot");
    }

    @Test
    void aSnapshotThatIsNotConfiguredIsAskedFor() {
        CommandRun run = CommandRun.in(folder).run("verify", "--against", "snapshot");

        assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(String.join("\n", run.err())).contains("verify --against snapshot needs a snapshot");
    }
}
