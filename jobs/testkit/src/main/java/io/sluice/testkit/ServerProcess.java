package io.sluice.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of Elasticsearch or OpenSearch as a child process, a cluster of its own or one of a {@link ClusterProcess},
 * reachable on the loopback address only.
 *
 * <p>It can be killed and started again with the same data and the same address. It never outlives this
 * JVM. Works as root and as an ordinary user; root becomes one for a server that refuses root.
 */
public final class ServerProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    /** How often other ports are tried when somebody took ours between the choice and the start. */
    private static final int START_ATTEMPTS = 4;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration STOP_GRACE = Duration.ofSeconds(30);
    private static final int TAIL_LINES = 60;

    private final ServerSetup setup;
    private final ServerFolder folder;
    private final Jdk jdk;
    private int httpPort;
    private int transportPort;
    private ChildProcess child;

    private ServerProcess(ServerSetup setup, ServerFolder folder, Jdk jdk) throws IOException {
        this.setup = setup;
        this.folder = folder;
        this.jdk = jdk;
        this.child = startOnFreePorts();
    }

    /** Starts a server that is kept, or put, into this user's cache. */
    public static ServerProcess start(ServerSetup setup) throws IOException {
        return start(setup, DistributionCache.ofUser());
    }

    /**
     * Starts a server and waits until it answers and its health is at least yellow.
     *
     * @throws MissingArtefactException when a file of the distribution cannot be fetched
     * @throws ServerStartException when {@link Distribution#obstacle} knows why not, or when it does not come up
     */
    public static ServerProcess start(ServerSetup setup, DistributionCache cache) throws IOException {
        return start(setup, Seat.ALONE, cache);
    }

    /** Starts a node of a cluster; answers when it has joined. */
    static ServerProcess start(ServerSetup setup, Seat seat, DistributionCache cache) throws IOException {
        Distribution distribution = setup.distribution();
        Optional<String> obstacle = distribution.obstacle();
        if (obstacle.isPresent()) {
            throw new ServerStartException("Cannot start " + distribution + ": " + obstacle.get());
        }
        Jdk jdk = distribution.jdk().orElseThrow();
        Path home = cache.home(distribution);
        Path path = setup.folder().isPresent()
                ? Files.createDirectories(setup.folder().get().toAbsolutePath())
                : Files.createTempDirectory("sluice-" + distribution.key() + "-");
        ServerFolder folder = new ServerFolder(setup, seat, home, path);
        try {
            return new ServerProcess(setup, folder, jdk);
        } catch (IOException | RuntimeException failed) {
            deleteIfTemporary(setup, path);
            throw failed;
        }
    }

    /** Where it answers HTTP. The same for the whole life of this object. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    public Distribution distribution() {
        return setup.distribution();
    }

    /** Its name in its cluster. */
    public String name() {
        return folder.nodeName();
    }

    /** Where other nodes reach it; the same for the whole life of this object. */
    int transportPort() {
        return transportPort;
    }

    /** The process id of the server's JVM, or since Elasticsearch 8 of the one that starts it; changes with a restart. */
    public long pid() {
        return child.pid();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** The folder with its data, logs and configuration. */
    public Path folder() {
        return folder.path();
    }

    /**
     * The first folder in which it may keep file-system repositories, in sub-folders too.
     *
     * @throws IllegalStateException when the setup names none
     */
    public Path repositoryFolder() {
        if (setup.repositories().isEmpty()) {
            throw new IllegalStateException("The setup of " + setup.distribution() + " names no repositories.");
        }
        return folder.repositories().get(0);
    }

    /** All folders in which it may keep repositories, as absolute paths. */
    List<Path> repositories() {
        return folder.repositories();
    }

    /** Sends SIGKILL and returns when the process is gone. Data stays; {@link #restart} goes on with it. */
    public void kill() {
        child.kill();
    }

    /** Ends it in an orderly way, by SIGTERM; kills it if that takes more than 30 seconds. */
    public void stop() {
        child.stop(STOP_GRACE);
    }

    /** Freezes it: what a client has open stays open and is not answered. */
    public void suspend() throws IOException {
        child.suspend();
    }

    /** Lets a frozen server go on. */
    public void resume() throws IOException {
        child.resume();
    }

    /** Starts it again with the same data on the same ports, after {@link #stop} if it still runs. */
    public void restart() throws IOException {
        if (child.isAlive()) {
            stop();
        }
        child = startOnce();
    }

    /** The last lines of its log. */
    public String logTail() {
        return child.logTail(TAIL_LINES);
    }

    /** Ends it. A temporary folder is deleted with all data; a folder that was given is left. */
    @Override
    public void close() throws IOException {
        if (setup.folder().isPresent()) {
            child.stop(STOP_GRACE);
        } else {
            child.kill();
        }
        deleteIfTemporary(setup, folder.path());
    }

    private ChildProcess startOnFreePorts() throws IOException {
        for (int attempt = 1; ; attempt++) {
            httpPort = Ports.free();
            transportPort = Ports.free();
            Files.deleteIfExists(folder.log());
            try {
                return startOnce();
            } catch (ServerStartException failed) {
                if (attempt == START_ATTEMPTS || !isPortConflict()) {
                    throw failed;
                }
                LOG.info("Port {} or {} was taken meanwhile; trying others.", httpPort, transportPort);
            }
        }
    }

    private ChildProcess startOnce() throws IOException {
        folder.prepare(httpPort, transportPort);
        ChildProcess starting = ChildProcess.start(
                folder.command(), folder.environment(jdk), folder.path(), folder.log(), folder.scratch());
        try {
            awaitReady(starting);
            return starting;
        } catch (IOException | RuntimeException failed) {
            starting.kill();
            throw failed;
        }
    }

    private void awaitReady(ChildProcess starting) throws ServerStartException {
        long deadline = System.nanoTime() + setup.startTimeout().toNanos();
        while (!isReady()) {
            Optional<Integer> code = starting.waitFor(POLL);
            if (code.isPresent()) {
                throw failed("it ended with exit code " + code.get(), starting);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw failed("the start was interrupted", starting);
            }
            if (System.nanoTime() > deadline) {
                throw failed("it is not ready after " + setup.startTimeout().toSeconds() + " s", starting);
            }
        }
        LOG.info("{} answers on {} as process {}.", setup.distribution(), endpoint(), starting.pid());
    }

    private boolean isReady() {
        try {
            String health = "/_cluster/health?wait_for_status=yellow&timeout=1s";
            return Servers.call(endpoint(), "GET", health, "", ANSWER_TIMEOUT).isOk();
        } catch (IOException notYet) {
            return false;
        }
    }

    private ServerStartException failed(String how, ChildProcess starting) {
        return new ServerStartException("Cannot start %s on %s with Java %d: %s. The end of %s:%n%s"
                .formatted(
                        setup.distribution(),
                        endpoint(),
                        jdk.feature(),
                        how,
                        folder.log(),
                        starting.logTail(TAIL_LINES)));
    }

    private boolean isPortConflict() {
        String tail = LogTail.of(folder.log(), 500);
        return tail.contains("Address already in use") || tail.contains("BindHttpException");
    }

    private static void deleteIfTemporary(ServerSetup setup, Path path) throws IOException {
        if (setup.folder().isEmpty()) {
            Folders.delete(path);
        }
    }
}
