package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink session cluster whose JobManager and TaskManagers are JVMs of their own, so that a TaskManager
 * can be killed and a job is submitted, serialized and class-loaded as on a real cluster.
 *
 * <p>The scheduler is the adaptive one with short cool-downs, jars can be uploaded, and status is at most
 * 100 ms old. No process outlives this JVM.
 */
public final class FlinkSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlinkSession.class);

    private static final int START_ATTEMPTS = 4;
    private static final Duration START_TIMEOUT = Duration.ofMinutes(4);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int TAIL_LINES = 60;

    private final FlinkSetup setup;
    private final Path folder;
    private final FlinkCommands commands;
    private final Map<String, ChildProcess> taskManagers = new LinkedHashMap<>();
    private int restPort;
    private int rpcPort;
    private int started;
    private int restarted;
    private ChildProcess jobManager;

    private FlinkSession(FlinkSetup setup, Path folder, FlinkCommands commands) throws IOException {
        this.setup = setup;
        this.folder = folder;
        this.commands = commands;
        this.jobManager = startJobManager();
    }

    /** Starts a session with Flink's jars from, or fetched into, this user's Maven repository. */
    public static FlinkSession start(FlinkSetup setup) throws IOException {
        return start(setup, DistributionCache.ofUser());
    }

    /**
     * Starts a session and waits until its TaskManagers are registered.
     *
     * @throws MissingArtefactException when a jar of Flink cannot be fetched
     * @throws ServerStartException when there is no JDK 17, or when a process does not come up
     */
    public static FlinkSession start(FlinkSetup setup, DistributionCache cache) throws IOException {
        Jdk jdk = Jdks.java17()
                .orElseThrow(() -> new ServerStartException("Cannot start a Flink session: no JDK 17 was found under"
                        + " the usual folders or through JAVA_HOME. Install one."));
        List<Path> jars = new ArrayList<>(cache.files(ProcessLibrary.FLINK.coordinates()));
        jars.addAll(setup.libraries());
        Path folder = setup.folder().isPresent()
                ? Files.createDirectories(setup.folder().get().toAbsolutePath())
                : Files.createTempDirectory("sluice-flink-");
        try {
            FlinkSession session = new FlinkSession(setup, folder, new FlinkCommands(setup, jdk, jars, folder));
            session.startTaskManagers();
            return session;
        } catch (IOException | RuntimeException failed) {
            deleteIfTemporary(setup, folder);
            throw failed;
        }
    }

    /** Where the JobManager answers REST calls. */
    public URI rest() {
        return URI.create("http://127.0.0.1:" + restPort);
    }

    /** The process id of the JobManager. */
    public long jobManagerPid() {
        return jobManager.pid();
    }

    /** The TaskManagers that run, oldest first. */
    public List<TaskManager> taskManagers() {
        return taskManagers.entrySet().stream()
                .filter(entry -> entry.getValue().isAlive())
                .map(entry -> new TaskManager(entry.getKey(), entry.getValue().pid()))
                .toList();
    }

    /** The folder with logs, checkpoints, savepoints and the configuration. */
    public Path folder() {
        return folder;
    }

    /** Starts one more TaskManager and waits until it is registered. */
    public TaskManager addTaskManager() throws IOException {
        String id = startTaskManager();
        awaitTaskManagers();
        return new TaskManager(id, processOf(id).pid());
    }

    /** Sends SIGKILL to a TaskManager and returns when it is gone. Flink notices by itself, later. */
    public void kill(TaskManager taskManager) {
        processOf(taskManager.id()).kill();
    }

    /** The same for the TaskManager at a place of {@link #taskManagers}. */
    public void kill(int place) {
        kill(taskManagers().get(place));
    }

    /** Sends SIGKILL to the JobManager and returns when it is gone. All jobs end with it: nothing keeps them. */
    public void killJobManager() {
        jobManager.kill();
    }

    /** Starts the JobManager again after {@link #killJobManager}, on the same ports, and waits until the TaskManagers that run are registered with it. */
    public void restartJobManager() throws IOException {
        commands.configure(restPort, rpcPort);
        restarted++;
        jobManager = startJobManager(folder.resolve("jobmanager-again-" + restarted + ".log"));
        awaitTaskManagers();
    }

    /**
     * Asks the REST interface ten times a second until an answer meets a condition.
     *
     * @return the first answer that does
     * @throws IOException when none does in time, or when the JobManager ends
     */
    public JsonNode await(String path, Predicate<JsonNode> condition, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Answer answer = Servers.call(rest(), "GET", path, "", ANSWER_TIMEOUT);
            if (answer.isOk() && condition.test(answer.json())) {
                return answer.json();
            }
            boolean ended = jobManager.waitFor(POLL).isPresent();
            if (ended || Thread.currentThread().isInterrupted() || System.nanoTime() > deadline) {
                throw new IOException(
                        "%s did not become what was waited for within %d s. It is %d %s. The end of the log:%n%s"
                                .formatted(
                                        path,
                                        timeout.toSeconds(),
                                        answer.status(),
                                        answer.body(),
                                        jobManagerLogTail()));
            }
        }
    }

    /** The last lines of a TaskManager's log, also when it is gone. */
    public String logTail(TaskManager taskManager) {
        return processOf(taskManager.id()).logTail(TAIL_LINES);
    }

    /** The last lines of the JobManager's log. */
    public String jobManagerLogTail() {
        return jobManager.logTail(TAIL_LINES);
    }

    /** Kills all processes. A temporary folder is deleted; a folder that was given is left. */
    @Override
    public void close() throws IOException {
        taskManagers.values().forEach(ChildProcess::kill);
        jobManager.kill();
        deleteIfTemporary(setup, folder);
    }

    private void startTaskManagers() throws IOException {
        try {
            for (int i = 0; i < setup.taskManagers(); i++) {
                startTaskManager();
            }
            awaitTaskManagers();
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private static void deleteIfTemporary(FlinkSetup setup, Path folder) throws IOException {
        if (setup.folder().isEmpty()) {
            Folders.delete(folder);
        }
    }

    private Optional<Path> scratch() {
        return setup.folder().isPresent() ? Optional.empty() : Optional.of(folder);
    }

    private ChildProcess processOf(String id) {
        ChildProcess process = taskManagers.get(id);
        if (process == null) {
            throw new IllegalArgumentException(
                    "No TaskManager " + id + " was started here, only " + taskManagers.keySet());
        }
        return process;
    }

    private ChildProcess startJobManager() throws IOException {
        for (int attempt = 1; ; attempt++) {
            restPort = Ports.free();
            rpcPort = Ports.free();
            commands.configure(restPort, rpcPort);
            Path log = folder.resolve("jobmanager-" + attempt + ".log");
            try {
                return startJobManager(log);
            } catch (IOException | RuntimeException failed) {
                boolean portTaken = LogTail.of(log, 500).contains("BindException");
                if (attempt == START_ATTEMPTS || !portTaken) {
                    throw failed;
                }
                LOG.info("Port {} or {} was taken meanwhile; trying others.", restPort, rpcPort);
            }
        }
    }

    private ChildProcess startJobManager(Path log) throws IOException {
        ChildProcess starting = ChildProcess.start(commands.jobManager(), Map.of(), folder, log, scratch());
        try {
            await(
                    "the JobManager",
                    starting,
                    () -> Servers.call(rest(), "GET", "/overview", "", ANSWER_TIMEOUT)
                            .isOk());
            LOG.info("Flink answers on {} as process {}.", rest(), starting.pid());
            return starting;
        } catch (IOException | RuntimeException failed) {
            starting.kill();
            throw failed;
        }
    }

    private String startTaskManager() throws IOException {
        started++;
        String id = "taskmanager-" + started;
        Path log = folder.resolve(id + ".log");
        taskManagers.put(id, ChildProcess.start(commands.taskManager(id), Map.of(), folder, log, scratch()));
        return id;
    }

    private void awaitTaskManagers() throws IOException {
        for (TaskManager expected : taskManagers()) {
            await(expected.id(), processOf(expected.id()), () -> registered().contains(expected.id()));
        }
    }

    private Set<String> registered() throws IOException {
        Answer answer = Servers.call(rest(), "GET", "/taskmanagers", "", ANSWER_TIMEOUT);
        Set<String> ids = new HashSet<>();
        for (JsonNode taskManager : answer.json().path("taskmanagers")) {
            // It is listed before it has told of its slots; until then no job can use it.
            if (taskManager.path("slotsNumber").asInt() > 0) {
                ids.add(taskManager.path("id").asText());
            }
        }
        return ids;
    }

    private interface Condition {
        boolean isMet() throws IOException;
    }

    private static void await(String what, ChildProcess process, Condition ready) throws ServerStartException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isMet(ready)) {
            boolean ended = process.waitFor(POLL).isPresent();
            if (ended || Thread.currentThread().isInterrupted() || System.nanoTime() > deadline) {
                String how = ended ? "ended" : "is not ready after " + START_TIMEOUT.toSeconds() + " s";
                throw new ServerStartException("Cannot start a Flink session: %s %s. The end of its log:%n%s"
                        .formatted(what, how, process.logTail(TAIL_LINES)));
            }
        }
    }

    private static boolean isMet(Condition condition) {
        try {
            return condition.isMet();
        } catch (IOException notYet) {
            return false;
        }
    }
}
