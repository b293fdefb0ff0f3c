package io.sluice.control;

import io.sluice.control.console.Terminal;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One command line, run inside the test, and what came of it. */
final class CommandRun {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private final Path folder;
    private Path bundle;
    private InstantSource clock = InstantSource.system();
    private int exitCode = -1;

    private CommandRun(Path folder) {
        this.folder = folder;
        this.bundle = folder.resolve("bundle.jar");
    }

    static CommandRun in(Path folder) {
        return new CommandRun(folder);
    }

    CommandRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    CommandRun withBundle(Path jar) {
        bundle = jar;
        return this;
    }

    /** At another time than now, which stands still. */
    CommandRun at(Instant time) {
        clock = InstantSource.fixed(time);
        return this;
    }

    CommandRun run(String... arguments) {
        exitCode = Sluice.run(surroundings(), List.of(arguments));
        return this;
    }

    Surroundings surroundings() {
        return new Surroundings(
                new PrintWriter(out),
                new PrintWriter(err),
                new BufferedReader(new StringReader("")),
                Terminal.NONE,
                environment,
                folder,
                clock,
                bundle,
                Path.of("../proxy/bin/sluice-proxy"),
                log -> {});
    }

    int exitCode() {
        return exitCode;
    }

    List<String> out() {
        return out.toString().lines().toList();
    }

    List<String> err() {
        return err.toString().lines().toList();
    }
}
