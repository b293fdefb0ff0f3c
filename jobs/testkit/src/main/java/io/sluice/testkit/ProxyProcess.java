package io.sluice.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sluice's proxy as a child process, started by its own script as an operator would. It never outlives this JVM. */
public final class ProxyProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyProcess.class);

    private static final Pattern LINE =
            Pattern.compile("(?m)The proxy listens on port (\\d+), its admin port is (\\d+)\\.$");

    /** The script builds the proxy first when it must. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration STOP_GRACE = Duration.ofSeconds(60);
    private static final int TAIL_LINES = 40;

    private final ChildProcess child;
    private final int port;
    private final int adminPort;

    private ProxyProcess(ChildProcess child, int port, int adminPort) {
        this.child = child;
        this.port = port;
        this.adminPort = adminPort;
    }

    /**
     * Starts a proxy and waits until it takes clients.
     *
     * @param script {@code proxy/bin/sluice-proxy}
     * @param configuration the migration; ports 0 of its addresses become free ones
     * @param log where its output is appended
     * @throws ServerStartException when it does not come up
     */
    public static ProxyProcess start(Path script, Path configuration, Path log) throws IOException {
        return start(script, configuration, log, Map.of());
    }

    /**
     * Starts a proxy whose clock is off.
     *
     * @param ahead how far it is ahead; negative: behind
     */
    public static ProxyProcess startWithClock(Path script, Path configuration, Path log, Duration ahead)
            throws IOException {
        Path folder = log.toAbsolutePath().resolveSibling(log.getFileName() + ".clock");
        String options = String.join(" ", SkewedClock.options(folder, ahead));
        return start(
                script,
                configuration,
                log,
                Map.of("SLUICE_PROXY_JAVA_OPTIONS", options, "JAVA_HOME", System.getProperty("java.home")));
    }

    private static ProxyProcess start(Path script, Path configuration, Path log, Map<String, String> environment)
            throws IOException {
        List<String> command = List.of(
                script.toAbsolutePath().toString(),
                "-c",
                configuration.toAbsolutePath().toString());
        Path folder = Files.createDirectories(log.toAbsolutePath().getParent());
        Files.deleteIfExists(log);
        ChildProcess child = ChildProcess.start(command, environment, folder, log.toAbsolutePath());
        try {
            Matcher line = awaitLine(child, log);
            ProxyProcess proxy =
                    new ProxyProcess(child, Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2)));
            LOG.info("The proxy answers on {} as process {}.", proxy.endpoint(), child.pid());
            return proxy;
        } catch (IOException | RuntimeException failed) {
            child.kill();
            throw failed;
        }
    }

    private static Matcher awaitLine(ChildProcess child, Path log) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            boolean ended = child.waitFor(POLL).isPresent();
            Matcher line = LINE.matcher(Files.exists(log) ? Files.readString(log) : "");
            if (line.find()) {
                return line;
            }
            if (ended || Thread.currentThread().isInterrupted() || System.nanoTime() > deadline) {
                String how = ended ? "it ended" : "it does not listen after " + START_TIMEOUT.toSeconds() + " s";
                throw new ServerStartException("Cannot start the proxy: %s. The end of %s:%n%s"
                        .formatted(how, log, child.logTail(TAIL_LINES)));
            }
        }
    }

    /** Where clients find it. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Where it is asked and told. */
    public URI admin() {
        return URI.create("http://127.0.0.1:" + adminPort);
    }

    /** The process id of its JVM. */
    public long pid() {
        return child.pid();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /**
     * Ends it in an orderly way, by SIGTERM: it says goodbye to the capture.
     *
     * @return its exit code; nothing when it had to be killed after a minute
     */
    public Optional<Integer> stop() {
        child.terminate();
        Optional<Integer> code = child.waitFor(STOP_GRACE);
        if (code.isEmpty()) {
            child.kill();
        }
        return code;
    }

    /** Sends SIGKILL and returns when the process is gone. */
    public void kill() {
        child.kill();
    }

    /** Freezes it: what a client has open stays open and is not answered. */
    public void suspend() throws IOException {
        child.suspend();
    }

    /** Lets a frozen proxy go on. */
    public void resume() throws IOException {
        child.resume();
    }

    /** The last lines of its log. */
    public String logTail() {
        return child.logTail(TAIL_LINES);
    }

    @Override
    public void close() {
        child.kill();
    }
}
