package io.sluice.control;

import io.sluice.config.ConfigurationException;
import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.console.Output;
import io.sluice.control.console.Terminal;
import io.sluice.control.state.StateDirectory;
import io.sluice.control.state.StateException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * One run of the command: the options that every command has, and what follows from them. The configuration is read when
 * it is first asked for, once; so {@code --help} and wrong usage need none.
 */
final class Invocation {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "migration.yaml",
            scope = ScopeType.INHERIT,
            description = "The migration. Default: ${DEFAULT-VALUE}.")
    private Path file = Path.of("migration.yaml");

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print one JSON document on stdout, and nothing else.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Print the stack of a failure.")
    private boolean verbose;

    private final Surroundings surroundings;
    private @Nullable Output output;
    private @Nullable MigrationConfig config;

    Invocation(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Where the command says what it found. */
    Output output() {
        Output known = output;
        if (known == null) {
            known = new Output(
                    surroundings.out(), surroundings.err(), surroundings.terminal(), surroundings.clock(), json);
            output = known;
        }
        return known;
    }

    /** The migration; from here on, logs go into its state. */
    MigrationConfig config() throws ConfigurationException {
        MigrationConfig known = config;
        if (known == null) {
            known = ConfigurationFile.read(surroundings.folder().resolve(file), surroundings.environment());
            if (!known.state().contains("://")) {
                surroundings.logTo().accept(Path.of(known.state(), "logs", "sluice.log"));
            }
            config = known;
        }
        return known;
    }

    /** The migration's state. */
    StateDirectory state() throws ConfigurationException, StateException {
        return StateDirectory.of(config().state(), config().name());
    }

    /** The jar with all jobs, which a Flink of its own must be given. */
    Path bundle() throws CommandException {
        Path bundle = surroundings.bundle();
        if (!Files.isRegularFile(bundle)) {
            throw CommandException.failed(
                    "There is no " + bundle + ". Build it: mvn -Dquick -pl jobs/bundle -am package", null);
        }
        return bundle;
    }

    /** What starts a proxy from a source tree. */
    Path proxyScript() throws CommandException {
        Path script = surroundings.proxyScript();
        if (!Files.isExecutable(script)) {
            throw CommandException.failed("There is no " + script + ", which starts the proxy.", null);
        }
        return script;
    }

    /** A path of the command line, seen from the current folder. */
    Path resolve(String path) {
        return surroundings.folder().resolve(path);
    }

    /** The file that was named, as it was named. */
    Path configFile() {
        return file;
    }

    /** What a person types next; empty when there is nothing more. */
    String answer() throws IOException {
        String line = surroundings.in().readLine();
        return line == null ? "" : line.strip();
    }

    /** As it is for this one, for a command that this one runs in another folder, without asking anybody anything. */
    Surroundings surroundingsIn(Path otherFolder, PrintWriter out, PrintWriter err) {
        return new Surroundings(
                out,
                err,
                new BufferedReader(Reader.nullReader()),
                Terminal.NONE,
                surroundings.environment(),
                otherFolder,
                surroundings.clock(),
                surroundings.bundle(),
                surroundings.proxyScript(),
                surroundings.logTo());
    }

    InstantSource clock() {
        return surroundings.clock();
    }

    boolean isVerbose() {
        return verbose;
    }

    boolean isJson() {
        return json;
    }
}
