package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anybody is asked. */
class ReplaySetupTest {

    private static final String WHOLE = """
        name: books
        source: {endpoint: "http://localhost:1"}
        target: {endpoint: "http://localhost:2"}
        capture: {brokers: "localhost:1"}
        """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "capture, set capture.brokers",
        "source, set source.endpoint",
        "target, set target.endpoint",
    })
    void whatIsNeededIsNamed(String section, String advice) throws IOException {
        assertRefused(WHOLE.replaceAll("(?m)^" + section + ":.*\\n", ""), advice);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "parallelism: 129 | at most 128 subtasks",
                "ask_source: {rate: 5mb/s} | questions are counted",
            })
    void whatCannotBeIsSaid(String wish, String reason) throws IOException {
        assertRefused(WHOLE + "replay: {" + wish + "}\n", reason);
    }

    @Test
    void aTestOfATargetReplacesNothing() throws IOException {
        assertRefused(WHOLE + "replay: {mode: load}\n", "--replace is not possible with replay.mode load", "--replace");
    }

    private void assertRefused(String configuration, String reason, String... options) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), configuration);
        List<String> command = new ArrayList<>(List.of("replay", "start"));
        command.addAll(List.of(options));

        CommandRun start = CommandRun.in(folder).run(command.toArray(String[]::new));

        assertThat(start.exitCode()).as("%s", start.err()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(start.err()).singleElement().asString().contains(reason);
        assertThat(folder.resolve(".sluice")).doesNotExist();
    }

    @Test
    void moreSubtasksThanItCanEverHaveAreRefused() throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), WHOLE);

        CommandRun scale = CommandRun.in(folder).run("replay", "scale", "129");

        assertThat(scale.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(scale.err()).singleElement().asString().contains("N must be from 1 to 128, not 129");
    }
}
