package io.sluice.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka server as a child process, reachable on the loopback address only: broker and controller in one,
 * or one more broker of such a server's cluster.
 *
 * <p>It can be killed and started again with the same data and the same address; what it has acknowledged
 * is in the page cache of this machine at least, so it survives. It never outlives this JVM.
 */
public final class KafkaProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaProcess.class);

    /** How often other ports are tried when somebody took ours between the choice and the start. */
    private static final int START_ATTEMPTS = 4;

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration STOP_GRACE = Duration.ofSeconds(30);
    private static final int TAIL_LINES = 60;

    private final KafkaSetup setup;
    private final KafkaFolder folder;
    private final List<String> command;
    private KafkaPorts ports;
    private ChildProcess child;

    private KafkaProcess(KafkaSetup setup, KafkaFolder folder, List<String> command) throws IOException {
        this.setup = setup;
        this.folder = folder;
        this.command = command;
        this.ports = KafkaPorts.free();
        this.child = startOnFreePorts();
    }

    /** Starts a server whose jars are kept in, or fetched into, this user's Maven repository. */
    public static KafkaProcess start(KafkaSetup setup) throws IOException {
        return start(setup, DistributionCache.ofUser());
    }

    /**
     * Starts a server and waits until it serves clients.
     *
     * @throws MissingArtefactException when a jar of Kafka cannot be fetched
     * @throws ServerStartException when there is no JDK 17, or when it does not come up
     */
    public static KafkaProcess start(KafkaSetup setup, DistributionCache cache) throws IOException {
        Jdk jdk = Jdks.java17()
                .orElseThrow(() -> new ServerStartException("Cannot start Kafka: no JDK 17 was found under the usual"
                        + " folders or through JAVA_HOME. Install one."));
        List<Path> jars = cache.files(ProcessLibrary.KAFKA.coordinates());
        Path path = setup.folder().isPresent()
                ? Files.createDirectories(setup.folder().get().toAbsolutePath())
                : Files.createTempDirectory("sluice-kafka-");
        try {
            KafkaFolder folder = new KafkaFolder(setup, path);
            return new KafkaProcess(setup, folder, folder.command(jdk, jars));
        } catch (IOException | RuntimeException failed) {
            deleteIfTemporary(setup, path);
            throw failed;
        }
    }

    /** Where clients find it, host:port, with the security of its setup. The same for the whole life of this object. */
    public String address() {
        return "127.0.0.1:" + ports.clients();
    }

    /** Where brokers find it, host:port: no security at all, whatever the setup says of clients. */
    public String insideAddress() {
        return "127.0.0.1:" + ports.inside();
    }

    /** The process id of its JVM; changes with a restart. */
    public long pid() {
        return child.pid();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** The folder with its data, log and configuration. */
    public Path folder() {
        return folder.path();
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

    KafkaSetup setup() {
        return setup;
    }

    String cluster() {
        return folder.cluster();
    }

    /** Who leads the cluster, in Kafka's form of a voter. */
    String controller() {
        return setup.joins()
                .map(KafkaProcess::controller)
                .orElseGet(() -> setup.nodeId() + "@127.0.0.1:" + ports.controller());
    }

    private ChildProcess startOnFreePorts() throws IOException {
        for (int attempt = 1; ; attempt++) {
            Files.deleteIfExists(folder.log());
            try {
                return startOnce();
            } catch (ServerStartException failed) {
                if (attempt == START_ATTEMPTS || !LogTail.of(folder.log(), 500).contains("Address already in use")) {
                    throw failed;
                }
                LOG.info("One of {} was taken meanwhile; trying others.", ports);
                ports = KafkaPorts.free();
            }
        }
    }

    private ChildProcess startOnce() throws IOException {
        folder.prepare(ports);
        ChildProcess starting = ChildProcess.start(command, Map.of(), folder.path(), folder.log(), folder.scratch());
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
        while (!Files.exists(folder.ready())) {
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
        LOG.info("{} answers on {} as process {}.", setup, address(), starting.pid());
    }

    private ServerStartException failed(String how, ChildProcess starting) {
        return new ServerStartException("Cannot start %s on %s: %s. The end of %s:%n%s"
                .formatted(setup, address(), how, folder.log(), starting.logTail(TAIL_LINES)));
    }

    private static void deleteIfTemporary(KafkaSetup setup, Path path) throws IOException {
        if (setup.folder().isEmpty()) {
            Folders.delete(path);
        }
    }
}
