package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATUS = """
            {"number": 7, "state": "running", "captured_until": "2026-11-29T11:20:12.951Z",
             "replayed_until": "2026-11-29T11:20:12.402Z", "lag_seconds": 0.549, "caught_up": true,
             "exchanges": {"captured": 1120, "applied": 1100, "superseded": 4, "in_snapshot": 10,
                           "refused_at_source": 2, "skipped": {"not_mirrored": 4}, "failed": 0, "unknown": 0, "held": 0,
                           "late": 3, "order_uncertain": 0, "gaps": 0},
             "items": {"captured": 5000, "applied": 4980, "skipped": {"not_mirrored": 4}},
             "speed": 1.0, "rate": 31.0}
            """;

    @TempDir
    private Path folder;

    private static ObjectNode status() throws Exception {
        return (ObjectNode) JSON.readTree(STATUS);
    }

    @Test
    void caughtUpIsSaidInOneLineAndIsExitCode0UnlessSomethingFailed() throws Exception {
        ObjectNode fine = status();
        ObjectNode failed = status();
        failed.withObject("/exchanges").put("unknown", 1);

        assertThat(ReplayReport.verdict(fine)).isEqualTo("caught up, 0.5 s behind");
        assertThat(ReplayReport.exitCode(fine)).isZero();
        assertThat(ReplayReport.exitCode(failed)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaps", "malformed", "compromised", "kept_deletes_failed"})
    void whatTheCaptureLostIsSaidByNameAndInTheExitCode(String loss) throws Exception {
        ObjectNode lost = status();
        lost.withObject("/exchanges").put(loss, 1_200);
        ObjectNode ended = lost.deepCopy().put("capture_ended", true);
        ObjectNode done = lost.deepCopy().put("caught_up", false).put("done", true);
        ObjectNode behind = lost.deepCopy().put("caught_up", false);

        String named = "but something was lost (" + loss.replace('_', ' ')
                + " 1,200): sluice verify finds what the target lacks";
        assertThat(ReplayReport.verdict(lost)).isEqualTo("caught up, 0.5 s behind; " + named);
        assertThat(ReplayReport.verdict(ended)).contains(named);
        assertThat(ReplayReport.verdict(done)).contains(named);
        assertThat(ReplayReport.exitCode(lost)).isEqualTo(3);
        assertThat(ReplayReport.exitCode(ended)).isEqualTo(3);
        assertThat(ReplayReport.exitCode(done)).isEqualTo(3);
        assertThat(ReplayReport.exitCode(behind)).isEqualTo(4);
    }

    @Test
    void aCaptureThatHasEndedIsCaughtUpHoweverLongAgoThatWas() throws Exception {
        ObjectNode ended = status().put("lag_seconds", 86_400.0).put("capture_ended", true);

        assertThat(ReplayReport.verdict(ended))
                .isEqualTo("caught up: the capture has ended at 2026-11-29T11:20:12.951Z, and all of it is done");
        assertThat(ReplayReport.exitCode(ended)).isZero();
        ended.withObject("/not_captured/unchecked").put("books", "it is closed");
        assertThat(ReplayReport.verdict(ended))
                .endsWith(
                        "all of it is done; writes that did not come through the proxy cannot be seen on books: it is closed");
    }

    @Test
    void whatWasNotCapturedKeepsItFromHavingCaughtUpAndWhatCannotBeCheckedIsSaid() throws Exception {
        ObjectNode missing = status().put("caught_up", false);
        missing.withObject("/not_captured").putArray("reasons").add("films must be backfilled again: it was restored");
        ObjectNode old = status();
        old.withObject("/not_captured/unchecked").put("books", "the source does not number its operations");

        assertThat(ReplayReport.verdict(missing))
                .isEqualTo("not caught up: 0.5 s behind; films must be backfilled again: it was restored");
        assertThat(ReplayReport.exitCode(missing)).isEqualTo(4);
        assertThat(ReplayReport.verdict(old))
                .isEqualTo(
                        "caught up, 0.5 s behind; writes that did not come through the proxy cannot be seen on books:"
                                + " the source does not number its operations");
        assertThat(ReplayReport.exitCode(old)).isZero();
    }

    @Test
    void whyItHasNotCaughtUpIsSaid() throws Exception {
        ObjectNode behind = status().put("caught_up", false).put("lag_seconds", 61.25);
        behind.withObject("/exchanges").put("held", 1200);
        behind.put("waiting_for", "the backfill of books");
        ObjectNode paused = status().put("state", "paused");
        ObjectNode failed = status().put("state", "failed").put("reason", "no target");

        assertThat(ReplayReport.verdict(behind))
                .isEqualTo("not caught up: 61.3 s behind; 1,200 exchanges held; waiting: the backfill of books");
        assertThat(ReplayReport.exitCode(behind)).isEqualTo(4);
        assertThat(ReplayReport.verdict(paused)).isEqualTo("not caught up: it is paused; 0.5 s behind");
        assertThat(ReplayReport.exitCode(paused)).isEqualTo(4);
        assertThat(ReplayReport.verdict(failed)).startsWith("not caught up: it is failed: no target");
        assertThat(ReplayReport.exitCode(failed)).isEqualTo(1);
    }

    @Test
    void aJobThatIsGoneIsStoppedWhateverItLastSaid() throws Exception {
        Files.writeString(folder.resolve("migration.yaml"), "name: books\n");
        Path file = folder.resolve(".sluice/books/status/replay.json");
        Files.createDirectories(file.getParent());
        ObjectNode counted = status();
        counted.withObject("/exchanges").put("malformed", 2).put("started_in_the_middle", 1);
        Files.writeString(file, counted.toString());

        CommandRun run = CommandRun.in(folder).run("replay", "status");
        CommandRun json = CommandRun.in(folder).run("replay", "status", "--json");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.out())
                .contains(
                        "captured until 2026-11-29T11:20:12.951Z, replayed until 2026-11-29T11:20:12.402Z",
                        "started in the middle 1, late 3, malformed 2",
                        "stopped at speed 1.0, 31/s",
                        "not caught up: it is stopped; 0.5 s behind")
                .anyMatch(line -> line.matches("applied +1,100 +4,980"))
                .anyMatch(line -> line.matches("skipped: not mirrored +4 +4"));
        assertThat(JSON.readTree(json.out().get(0)).path("state").asText()).isEqualTo("stopped");
        assertThat(JSON.readTree(json.out().get(0)).path("caught_up").asBoolean(true))
                .isFalse();
    }

    @Test
    void aBackfillThatFailedIsNamedAndThatItsProcessIsGoneIsNotedForReplay() throws Exception {
        Files.writeString(folder.resolve("migration.yaml"), "name: books\n");
        Path status = Files.createDirectories(folder.resolve(".sluice/books/status"));
        Files.writeString(
                status.resolve("replay.json"),
                status().set("failed_backfills", JSON.createObjectNode().put("books", "a blob is damaged"))
                        .toString());
        Files.writeString(status.resolve("backfill.json"), "{\"number\": 1, \"state\": \"running\"}");

        CommandRun run = CommandRun.in(folder).run("replay", "status");

        assertThat(run.out())
                .contains(
                        "the backfill of books failed, so documents of it are missing: a blob is damaged. Mend that, then sluice backfill start");
        assertThat(JSON.readTree(status.resolve("backfill.json").toFile())
                        .path("state")
                        .asText())
                .isEqualTo("stopped");
    }

    @Test
    void ordersNeedAJobThatRunsAndASpeedThatThereIs() throws Exception {
        Files.writeString(folder.resolve("migration.yaml"), "name: books\n");

        CommandRun pause = CommandRun.in(folder).run("replay", "pause");
        CommandRun fast = CommandRun.in(folder).run("replay", "speed", "1001");
        CommandRun word = CommandRun.in(folder).run("replay", "speed", "quick");
        CommandRun never = CommandRun.in(folder).run("replay", "status");

        assertThat(pause.exitCode()).isEqualTo(4);
        assertThat(pause.err()).singleElement().asString().contains("no replay of this migration is running");
        assertThat(fast.exitCode()).isEqualTo(2);
        assertThat(word.exitCode()).isEqualTo(2);
        assertThat(word.err()).singleElement().asString().contains("X must be a number from 0.01 to 1000, or max");
        assertThat(never.exitCode()).isEqualTo(4);
        assertThat(folder.resolve(".sluice/books/control")).doesNotExist();
    }

    @Test
    void aLoadTestThatHasSentAllIsDoneHoweverLongAgoTheCaptureWas() throws Exception {
        ObjectNode done =
                status().put("caught_up", false).put("lag_seconds", 86_400.0).put("done", true);
        ObjectNode failed = done.deepCopy();
        failed.withObject("/exchanges").put("failed", 1).put("unknown", 0);
        done.withObject("/exchanges").put("failed", 0).put("unknown", 0);

        assertThat(ReplayReport.verdict(done)).startsWith("done");
        ObjectNode cutOff = done.deepCopy().put("waiting_for", "2 exchanges are not sent");
        cutOff.withObject("/exchanges").put("held", 2);
        assertThat(ReplayReport.verdict(cutOff)).startsWith("done").endsWith(", but 2 exchanges are not sent");
        assertThat(ReplayReport.exitCode(done)).isZero();
        assertThat(ReplayReport.exitCode(failed)).isEqualTo(3);
        assertThat(ReplayReport.exitCode(done.put("done", false))).isEqualTo(4);
    }
}
