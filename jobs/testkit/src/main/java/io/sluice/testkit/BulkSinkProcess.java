package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A {@link BulkSink} in a JVM of its own, so that its CPU time is not counted with its client's. */
public final class BulkSinkProcess implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int TAIL_LINES = 30;

    private final ChildProcess child;
    private final Path work;
    private final URI endpoint;

    private BulkSinkProcess(ChildProcess child, Path work, URI endpoint) {
        this.child = child;
        this.work = work;
        this.endpoint = endpoint;
    }

    /**
     * Starts a sink on the Java and the class path of this JVM.
     *
     * @throws ServerStartException when it does not come up
     */
    public static BulkSinkProcess start(int threads) throws IOException {
        Machine machine = Machine.current();
        Path work = Files.createTempDirectory("sluice-sink-");
        Path portFile = work.resolve("port");
        List<String> command = List.of(
                machine.javaHome().resolve("bin/java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:MaxDirectMemorySize=256m",
                "-cp",
                Machine.classPath(),
                BulkSink.class.getName(),
                portFile.toString(),
                String.valueOf(threads));
        ChildProcess child = ChildProcess.start(command, Map.of(), work, work.resolve("sink.log"), Optional.of(work));
        try {
            return new BulkSinkProcess(child, work, URI.create("http://127.0.0.1:" + awaitPort(child, portFile)));
        } catch (IOException | RuntimeException failed) {
            child.kill();
            Folders.delete(work);
            throw failed;
        }
    }

    /** Where it answers. */
    public URI endpoint() {
        return endpoint;
    }

    /** The process id of its JVM. */
    public long pid() {
        return child.pid();
    }

    /** What it has swallowed. */
    public SinkCounts counts() throws IOException {
        JsonNode counts = Servers.succeed(endpoint, "GET", "/_sink", "");
        return new SinkCounts(
                counts.path("bulks").asLong(),
                counts.path("documents").asLong(),
                counts.path("bytes").asLong());
    }

    /** Sets its counts to zero. */
    public void reset() throws IOException {
        Servers.succeed(endpoint, "DELETE", "/_sink", "");
    }

    @Override
    public void close() throws IOException {
        child.kill();
        Folders.delete(work);
    }

    private static int awaitPort(ChildProcess child, Path portFile) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!Files.exists(portFile)) {
            boolean ended = child.waitFor(POLL).isPresent();
            if (ended || Thread.currentThread().isInterrupted() || System.nanoTime() > deadline) {
                String how = ended ? "it ended" : "it has no port after " + START_TIMEOUT.toSeconds() + " s";
                throw new ServerStartException("Cannot start a bulk sink: %s. The end of its log:%n%s"
                        .formatted(how, child.logTail(TAIL_LINES)));
            }
        }
        return Integer.parseInt(Files.readString(portFile).strip());
    }
}
