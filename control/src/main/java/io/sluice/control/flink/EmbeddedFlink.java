package io.sluice.control.flink;

import io.sluice.control.state.RunFile;
import io.sluice.control.state.StateDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;

/**
 * A Flink inside this process, for one job. While it runs, {@code run/<job>.json} tells other processes of the same user
 * where its REST API and its {@linkplain EmbeddedDoor door} are; both listen on the loopback interface only.
 *
 * <p>Owned by the thread that starts and closes it; everything else may be called from any thread.
 */
public final class EmbeddedFlink implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(30);
    private static final int TOKEN_BYTES = 32;

    private final MiniCluster cluster;
    private final int slotsPerTaskManager;
    private final URI rest;
    private final RunFile runFile;
    private final Path savepoints;
    private final EmbeddedDoor door;

    private volatile @Nullable JobID job;
    private int started = 1; // guarded by this

    private EmbeddedFlink(MiniCluster cluster, int slots, URI rest, StateDirectory state, String jobName)
            throws IOException {
        this.cluster = cluster;
        this.slotsPerTaskManager = slots;
        this.rest = rest;
        this.runFile = state.run(jobName);
        this.savepoints = state.savepoints(jobName);
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        this.door = EmbeddedDoor.open(HexFormat.of().formatHex(token), this::ensureSlots);
    }

    /**
     * Starts a Flink with one TaskManager, and tells others where it is.
     *
     * @param jobName {@code backfill}, {@code replay} …; one job of a migration runs once at a time
     * @param slots of this TaskManager, and of each that is added later
     * @param network what each of them has for what subtasks send each other; it is taken at once
     * @throws FlinkException when it cannot start, or the same job of this migration is running already
     */
    public static EmbeddedFlink start(StateDirectory state, String jobName, int slots, MemorySize network)
            throws IOException {
        Optional<RunFile.Run> other = state.run(jobName).read();
        if (other.isPresent()) {
            throw failure(
                    "start Flink",
                    "the job " + jobName + " of this migration already runs in process "
                            + other.get().pid() + ". Stop it first.",
                    null);
        }
        return start(state, jobName, slots, EmbeddedConfiguration.with(network));
    }

    static EmbeddedFlink start(StateDirectory state, String jobName, int slots, Configuration configuration)
            throws IOException {
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .withRandomPorts()
                .build());
        try {
            cluster.start();
            URI rest = answer("ask Flink where it is", cluster.getRestAddress(), START_LIMIT);
            EmbeddedFlink flink = new EmbeddedFlink(cluster, slots, rest, state, jobName);
            flink.tellOthers();
            return flink;
        } catch (Exception failure) {
            FlinkException told = failure("start Flink", failure.toString(), failure);
            try {
                answer("close Flink", cluster.closeAsync(), CLOSE_LIMIT);
            } catch (FlinkException second) {
                told.addSuppressed(second);
            }
            throw told;
        }
    }

    /** Where its REST API is. */
    public URI rest() {
        return rest;
    }

    /**
     * Submits the job.
     *
     * @param restoreFrom a checkpoint or savepoint to go on from, or null
     */
    public JobID submit(StreamGraph graph, @Nullable Path restoreFrom) throws FlinkException {
        return submit(graph.getJobGraph(), restoreFrom); // a cluster takes stream graphs only from its own clients
    }

    /** Submits the job. */
    public JobID submit(JobGraph graph, @Nullable Path restoreFrom) throws FlinkException {
        if (restoreFrom != null) {
            String path = restoreFrom.toUri().toString();
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(path, false));
        }
        JobID id = answer("submit " + graph.getName(), cluster.submitJob(graph), START_LIMIT)
                .getJobID();
        job = id;
        return id;
    }

    /** How the job ends. */
    public CompletableFuture<JobResult> result() {
        return cluster.requestJobResult(submitted());
    }

    /**
     * Stops the job with a savepoint; nothing is drained, so it can go on from there. Asks again while Flink refuses: for a moment after
     * a rescale or a failure it does, as not every task runs yet.
     *
     * @return the savepoint's folder
     */
    public Path stopWithSavepoint(Duration limit) throws FlinkException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return stopOnce(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            } catch (FlinkException refused) {
                if (System.nanoTime() + ASK_AGAIN.toNanos() > deadline || isOver()) {
                    throw refused;
                }
                LockSupport.parkNanos(this, ASK_AGAIN.toNanos());
            }
        }
    }

    private Path stopOnce(Duration limit) throws FlinkException {
        String location = answer(
                "stop the job with a savepoint",
                cluster.stopWithSavepoint(
                        submitted(), savepoints.toUri().toString(), false, SavepointFormatType.CANONICAL),
                limit);
        return Path.of(URI.create(location).getPath());
    }

    private boolean isOver() throws FlinkException {
        return answer("ask how the job is", cluster.getJobStatus(submitted()), ASK_LIMIT)
                .isGloballyTerminalState();
    }

    /** Ends the job as it is. Its newest checkpoint stays. */
    public void cancel() throws FlinkException {
        answer("cancel the job", cluster.cancelJob(submitted()), ASK_LIMIT);
    }

    /** Adds TaskManagers until there are as many slots. */
    public synchronized void ensureSlots(int slots) throws FlinkException {
        int there = answer("count the slots", cluster.getResourceOverview(), ASK_LIMIT)
                .getNumberRegisteredSlots();
        for (int have = Math.max(there, started * slotsPerTaskManager); have < slots; have += slotsPerTaskManager) {
            addTaskManager();
        }
    }

    private void addTaskManager() throws FlinkException {
        try {
            cluster.startTaskManager();
            started++;
        } catch (Exception failure) {
            throw failure("add a TaskManager", failure.toString(), failure);
        }
    }

    /** Ends Flink and takes the run file away. A job that still runs ends as after a crash. */
    @Override
    public void close() throws IOException {
        try {
            door.close();
            answer("close Flink", cluster.closeAsync(), CLOSE_LIMIT);
        } finally {
            runFile.delete();
        }
    }

    private void tellOthers() throws IOException {
        runFile.write(new RunFile.Run(ProcessHandle.current().pid(), rest, door.address(), door.token()));
    }

    private JobID submitted() {
        JobID id = job;
        if (id == null) {
            throw new IllegalStateException("No job was submitted yet");
        }
        return id;
    }

    private static <T> T answer(String what, CompletableFuture<T> future, Duration limit) throws FlinkException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable root = rootOf(failed);
            throw failure(what, root.getClass().getSimpleName() + ": " + root.getMessage(), failed);
        } catch (TimeoutException late) {
            throw failure(what, "not done after " + limit.toSeconds() + " s", late);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw failure(what, "interrupted", interrupt);
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        for (Throwable next = root; next != null; next = next.getCause()) {
            root = next;
        }
        return root;
    }

    private static FlinkException failure(String what, String reason, @Nullable Throwable cause) {
        return new FlinkException("Cannot " + what + ": " + reason, 0, cause);
    }
}
