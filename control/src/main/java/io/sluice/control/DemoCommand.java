package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Output;
import io.sluice.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo}. */
@Command(
        name = "demo",
        description =
                "A whole migration on this machine, with a real source and a real target, proven document by document.")
final class DemoCommand implements Callable<Integer> {

    private static final int LEAST_DOCUMENTS = 20_000;

    @Option(
            names = "--docs",
            paramLabel = "N",
            defaultValue = "20000",
            description = "How many documents. Default: 20000.")
    private int documents = LEAST_DOCUMENTS;

    @Option(names = "--keep", description = "Leave the servers running until Ctrl-C, and keep the folder.")
    private boolean keep;

    private final Invocation invocation;

    DemoCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        if (documents < 1) {
            throw CommandException.wrongUsage("--docs must be at least 1, not " + documents);
        }
        Output output = invocation.output();
        Path folder = Files.createTempDirectory("sluice-demo-");
        try (Demo demo = new Demo(invocation, folder)) {
            DemoVerdict verdict = demo.run(documents);
            if (keep) {
                stay(demo.servers(), folder, output);
            }
            return verdict.isEqual() ? ExitCode.DONE : ExitCode.DONE_WITH_DIFFERENCES;
        } catch (IOException | CommandException e) {
            if (output.owesDocument()) {
                ObjectNode failed = JsonNodeFactory.instance.objectNode().put("verdict", "failed");
                output.document(failed.put("error", String.valueOf(e.getMessage())));
            }
            throw e;
        } finally {
            if (!keep) {
                delete(folder);
            }
        }
    }

    private static void stay(DemoServers servers, Path folder, Output output) throws IOException, InterruptedException {
        for (ServerProcess server : List.of(servers.source(), servers.target())) {
            output.step("%s answers on %s".formatted(server.distribution(), server.endpoint()));
        }
        output.step("Kafka answers on " + servers.kafka().address());
        output.step("Configuration and state are in %s. Ctrl-C ends the servers.".formatted(folder));
        new CountDownLatch(1).await();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
