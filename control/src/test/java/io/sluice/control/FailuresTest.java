package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigurationException;
import io.sluice.config.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FailuresTest {

    private final CommandRun run = CommandRun.in(Path.of("."));

    @Command(name = "try")
    private record Failing(Exception failure) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            throw failure;
        }
    }

    private int fail(Exception failure, String... arguments) {
        Surroundings surroundings = run.surroundings();
        Invocation invocation = new Invocation(surroundings);
        return new CommandLine(new Failing(failure))
                .addMixin("invocation", invocation)
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setExecutionExceptionHandler(new Failures(invocation))
                .execute(arguments);
    }

    @Test
    void tellsAFailureInOneLineAndFails() {
        int code = fail(CommandException.failed("Cannot reach x:\n  refused. Is it running?", new IOException("deep")));

        assertThat(code).isEqualTo(1);
        assertThat(run.err()).containsExactly("try: Cannot reach x: refused. Is it running?");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void addsTheStackWhenVerbose() {
        fail(CommandException.failed("Cannot reach x.", new IOException("deep")), "-v");

        assertThat(run.err()).hasSizeGreaterThan(3).contains("Caused by: java.io.IOException: deep");
    }

    @Test
    void givesADocumentToScriptsToo() {
        int code = fail(CommandException.notReady("Not yet."), "--json");

        assertThat(code).isEqualTo(4);
        assertThat(run.out()).containsExactly("{\"error\":{\"message\":\"Not yet.\",\"exit_code\":4}}");
        assertThat(run.err()).containsExactly("try: Not yet.");
    }

    @Test
    void listsEveryProblemOfAConfiguration() {
        ConfigurationException refusal = new ConfigurationException(
                "m.yaml", List.of(new Problem("a.b", 3, "unknown key."), new Problem("", 0, "empty.")));

        int code = fail(refusal, "--json");

        assertThat(code).isEqualTo(2);
        assertThat(run.err()).containsExactly("m.yaml:3: a.b: unknown key.", "m.yaml: empty.");
        assertThat(run.out())
                .singleElement()
                .asString()
                .contains("\"exit_code\":2")
                .contains("\"problems\":[{\"path\":\"a.b\",\"line\":3,\"message\":\"unknown key.\"},");
    }

    @Test
    void saysWhatKindOfFailureAForeignOneIs() {
        assertThat(fail(new AccessDeniedException("/state"))).isEqualTo(1);

        assertThat(run.err()).containsExactly("try: java.nio.file.AccessDeniedException: /state");
    }

    @Test
    void admitsADefectWithItsStack() {
        assertThat(fail(new IllegalStateException("oops"))).isEqualTo(1);

        assertThat(run.err())
                .hasSizeGreaterThan(2)
                .first()
                .isEqualTo("try: a defect in sluice: java.lang.IllegalStateException: oops."
                        + " Please report it with the lines below.");
    }
}
