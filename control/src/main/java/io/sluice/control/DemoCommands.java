package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs the demo's commands as a user would type them. What they say is shown only when they fail. */
final class DemoCommands {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Invocation invocation;
    private final Path folder;

    /** @param folder the one with the migration.yaml */
    DemoCommands(Invocation invocation, Path folder) {
        this.invocation = invocation;
        this.folder = folder;
    }

    /** What a command said, in one document. */
    record Ended(int exitCode, JsonNode document) {}

    /**
     * Runs one to its end.
     *
     * @throws CommandException when it failed; that it is done with differences, or not ready yet, is no failure
     */
    Ended run(String... words) throws CommandException, IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add("--json");
        int code = Sluice.run(invocation.surroundingsIn(folder, new PrintWriter(out), new PrintWriter(err)), arguments);
        if (code != ExitCode.DONE && code != ExitCode.DONE_WITH_DIFFERENCES && code != ExitCode.NOT_READY) {
            throw CommandException.failed(
                    "\"sluice %s\" ended with exit code %d: %s"
                            .formatted(
                                    String.join(" ", words),
                                    code,
                                    err.toString().strip()),
                    null);
        }
        return new Ended(code, JSON.readTree(out.toString()));
    }

    /** Runs one beside this thread; it fails with what {@link #run} throws. */
    CompletableFuture<Ended> start(String... words) {
        CompletableFuture<Ended> ended = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        ended.complete(run(words));
                    } catch (CommandException | IOException | RuntimeException failed) {
                        ended.completeExceptionally(failed);
                    }
                },
                "demo-" + words[0]);
        thread.setDaemon(true);
        thread.start();
        return ended;
    }
}
