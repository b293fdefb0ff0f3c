package io.sluice.control.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.control.state.RunFile;
import io.sluice.control.state.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks a real Flink, in this JVM. */
class FlinkRestTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static StateDirectory state;
    private static EmbeddedFlink flink;
    private static FlinkRest rest;

    @BeforeAll
    static void start() throws Exception {
        state = StateDirectory.of(folder.toString(), "books");
        Configuration configuration = EmbeddedConfiguration.with(MemorySize.ofMebiBytes(16));
        configuration.set(WebOptions.SUBMIT_ENABLE, true);
        flink = EmbeddedFlink.start(state, "count", 2, configuration);
        rest = new FlinkRest(flink.rest());
    }

    @AfterAll
    static void stop() throws Exception {
        flink.close();

        assertThat(folder.resolve("books/run/count.json")).doesNotExist();
    }

    @Test
    void submitsFindsScalesStopsAndRestoresAJob() throws Exception {
        String id = flink.submit(CountingJob.graph(state.checkpoints("count")), null)
                .toString();
        FlinkJob job = rest.await(id, FlinkJob::isRunning, LIMIT).orElseThrow();

        assertThat(job.name()).isEqualTo(CountingJob.NAME);
        assertThat(job.isAdaptive()).isTrue();
        assertThat(rest.find(CountingJob.NAME)).map(FlinkJob::id).contains(id);
        assertThat(rest.find("sluice/books/other")).isEmpty();

        Map<String, ParallelismBounds> bounds = rest.bounds(id);
        bounds.replaceAll((vertex, bound) -> ParallelismBounds.upTo(2));
        rest.scale(id, bounds);
        long checkpoint = rest.checkpoint(id, LIMIT);

        assertThat(checkpoint).isPositive();
        assertThat(rest.await(id, now -> isRunningAt(now, 2), LIMIT)).isPresent();
        assertThat(rest.rootCause(id)).isEmpty();
        assertThat(rest.newestCheckpoint(id)).get().asString().contains("/books/checkpoints/count/" + id + "/chk-");

        String savepoint =
                rest.stopWithSavepoint(id, state.savepoints("count").toUri().toString(), LIMIT);

        assertThat(state.newestRestorePoint("count"))
                .contains(Path.of(URI.create(savepoint).getPath()));
        assertThat(rest.await(id, FlinkJob::isOver, LIMIT)).map(FlinkJob::state).contains("FINISHED");

        JobID next = flink.submit(
                CountingJob.graph(state.checkpoints("count")),
                state.newestRestorePoint("count").orElseThrow());

        assertThat(rest.await(next.toString(), FlinkJob::isRunning, LIMIT)).isPresent();
        assertThat(flink.stopWithSavepoint(LIMIT)).isDirectory().isNotEqualTo(Path.of(URI.create(savepoint)));
    }

    private static boolean isRunningAt(FlinkJob job, int parallelism) {
        return job.isRunning() && job.vertices().stream().allMatch(vertex -> vertex.parallelism() == parallelism);
    }

    @Test
    void stopsAJobThatFailsWhileItIsStopped() throws Exception {
        StreamGraph graph = CountingJob.graph(state.checkpoints("count"), new Stumbling());
        String id = flink.submit(graph, null).toString();
        rest.await(id, FlinkJob::isRunning, LIMIT).orElseThrow();

        Stumbling.next(1);
        String savepoint =
                rest.stopWithSavepoint(id, state.savepoints("count").toUri().toString(), LIMIT);

        assertThat(Path.of(URI.create(savepoint))).isDirectory();
        assertThat(rest.await(id, FlinkJob::isOver, LIMIT)).map(FlinkJob::state).contains("FINISHED");
    }

    @Test
    void takesACheckpointOfAJobThatFailsAtTheNextOnes() throws Exception {
        StreamGraph graph = CountingJob.graph(state.checkpoints("count"), new Stumbling());
        String id = flink.submit(graph, null).toString();
        rest.await(id, FlinkJob::isRunning, LIMIT).orElseThrow();

        Stumbling.next(2);
        long checkpoint = rest.checkpoint(id, LIMIT);
        rest.cancel(id);

        assertThat(checkpoint).isPositive();
        assertThat(Stumbling.LEFT).hasValue(0);
        assertThat(rest.await(id, FlinkJob::isOver, LIMIT)).isPresent();
    }

    @Test
    void givesUpToStopAJobThatAlwaysFailsAtIt() throws Exception {
        StreamGraph graph = CountingJob.graph(state.checkpoints("count"), new Stumbling());
        String id = flink.submit(graph, null).toString();
        rest.await(id, FlinkJob::isRunning, LIMIT).orElseThrow();

        Stumbling.next(Integer.MAX_VALUE);
        try {
            assertThatThrownBy(() -> rest.stopWithSavepoint(
                            id, state.savepoints("count").toUri().toString(), LIMIT))
                    .isInstanceOf(FlinkException.class)
                    .hasMessageContaining("Cannot stop job " + id + " with a savepoint: ");
        } finally {
            Stumbling.next(0);
            rest.cancel(id);
        }
        assertThat(rest.await(id, FlinkJob::isOver, LIMIT)).isPresent();
    }

    /** Fails the next checkpoints, of whatever kind. */
    private static final class Stumbling implements MapFunction<Long, Long>, CheckpointedFunction {

        private static final long serialVersionUID = 1;
        private static final AtomicInteger LEFT = new AtomicInteger();

        static void next(int count) {
            LEFT.set(count);
        }

        @Override
        public Long map(Long number) {
            return number;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            if (LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("stumbled, as the test wants");
            }
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {}
    }

    @Test
    void uploadsAJarAndRunsItsMain() throws Exception {
        Path file = jarOf(CountingJob.class);

        String jar = rest.upload(file);
        String id = rest.run(
                jar,
                new JarRun(
                        CountingJob.class.getName(),
                        List.of(folder.resolve("elsewhere").toString()),
                        1,
                        null,
                        Map.of("pipeline.max-parallelism", "8")));
        FlinkJob job = rest.await(id, FlinkJob::isRunning, LIMIT).orElseThrow();
        rest.cancel(id);

        assertThat(job.vertices())
                .allSatisfy(vertex -> assertThat(vertex.maxParallelism()).isEqualTo(8));
        assertThat(rest.await(id, FlinkJob::isOver, LIMIT)).map(FlinkJob::state).contains("CANCELED");
        assertThatThrownBy(() ->
                        rest.run(jar, new JarRun(CountingJob.class.getName(), List.of("fail"), 1, null, Map.of())))
                .isInstanceOf(FlinkException.class)
                .hasMessageContaining("Cannot run " + CountingJob.class.getName())
                .hasMessageEndingWith("IllegalArgumentException: told to fail");
        rest.deleteJar(jar);
    }

    @Test
    void addsTaskManagersWhenAskedThroughTheDoor() throws Exception {
        RunFile.Run run = state.run("count").read().orElseThrow();

        EmbeddedDoor.ask(run, 3);
        EmbeddedDoor.ask(run, 4);

        assertThat(run.rest()).isEqualTo(flink.rest());
        awaitSlots(4);
        assertThat(rest.taskManagers())
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.slots()).isEqualTo(2));
        assertThat(rest.overview().version()).isEqualTo("2.3.0");
    }

    /** A TaskManager registers when it is ready, which is after it was started. */
    private static void awaitSlots(int slots) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (rest.overview().slots() < slots && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(rest.overview().slots()).isEqualTo(slots);
    }

    @Test
    void doesNotOpenTheDoorWithoutTheToken() throws Exception {
        RunFile.Run run = state.run("count").read().orElseThrow();
        RunFile.Run forged = new RunFile.Run(run.pid(), run.rest(), run.door(), "guess");

        assertThatThrownBy(() -> EmbeddedDoor.ask(forged, 4))
                .isInstanceOf(FlinkException.class)
                .hasMessageContaining("The token is wrong.");
        assertThatThrownBy(() -> EmbeddedDoor.ask(run, 0)).hasMessageContaining("Expected POST /slots/N");
    }

    @Test
    void refusesASecondRunOfTheSameJob() {
        assertThatThrownBy(() -> EmbeddedFlink.start(state, "count", 1, MemorySize.ofMebiBytes(16)))
                .isInstanceOf(FlinkException.class)
                .hasMessage("Cannot start Flink: the job count of this migration already runs in process "
                        + ProcessHandle.current().pid() + ". Stop it first.");
    }

    @Test
    void saysWhatFlinkSaidAboutAJobThatIsNotThere() {
        String nobody = new JobID().toString();

        assertThatThrownBy(() -> rest.job(nobody))
                .isInstanceOfSatisfying(
                        FlinkException.class,
                        failure -> assertThat(failure.status()).isEqualTo(404))
                .hasMessageStartingWith("Cannot look at job " + nobody + ": Flink at " + flink.rest())
                .hasMessageContaining("not");
    }

    @Test
    void saysThatNobodyAnswers() {
        FlinkRest nowhere = new FlinkRest(URI.create("http://127.0.0.1:1/"));

        assertThatThrownBy(nowhere::overview)
                .isInstanceOf(FlinkException.class)
                .hasMessageStartingWith("Cannot ask for the version: no answer from Flink at http://127.0.0.1:1 (")
                .hasMessageEndingWith("Is it running, and may this host connect to it?");
    }

    private static Path jarOf(Class<?> type) throws IOException {
        Path jar = folder.resolve("count.jar");
        String name = type.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream code = Objects.requireNonNull(type.getClassLoader().getResourceAsStream(name))) {
            out.putNextEntry(new JarEntry(name));
            code.transferTo(out);
        }
        return jar;
    }
}
