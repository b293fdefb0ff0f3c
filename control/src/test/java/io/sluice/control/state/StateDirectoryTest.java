package io.sluice.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {

    @TempDir
    private Path folder;

    private StateDirectory state;

    @BeforeEach
    void open() throws Exception {
        state = StateDirectory.of(folder.toString(), "books");
    }

    @Test
    void createsNothingBeforeSomethingIsWritten() throws Exception {
        assertThat(state.control("backfill").read()).isEmpty();
        assertThat(state.control("backfill").number()).isZero();
        assertThat(state.run("backfill").read()).isEmpty();
        assertThat(state.newestRestorePoint("backfill")).isEmpty();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void numbersEveryVersionAndKeepsWhatAChangeLeavesAlone() throws Exception {
        NumberedFile control = state.control("backfill");

        long first = control.update(wish -> wish.put("paused", true));
        long second = control.update(wish -> wish.put("rate", "20mb/s"));

        assertThat(List.of(first, second)).containsExactly(1L, 2L);
        assertThat(Files.readString(folder.resolve("books/control/backfill.json")))
                .isEqualTo("{\"number\":2,\"paused\":true,\"rate\":\"20mb/s\"}");
    }

    @Test
    void leavesNothingButTheFileAndItsLock() throws Exception {
        state.control("backfill").update(wish -> wish.put("paused", true));

        try (Stream<Path> files = Files.list(folder.resolve("books/control"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("backfill.json", ".backfill.json.lock");
        }
    }

    @Test
    void losesNoChangeOfConcurrentWriters() throws Exception {
        int writers = 4;
        int changes = 25;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        Callable<Void> writer = () -> {
            NumberedFile control = StateDirectory.of(folder.toString(), "books").control("backfill");
            for (int i = 0; i < changes; i++) {
                control.update(wish -> wish.put("count", wish.path("count").asInt() + 1));
            }
            return null;
        };

        for (Future<Void> done : threads.invokeAll(List.of(writer, writer, writer, writer))) {
            done.get();
        }
        threads.shutdown();

        ObjectNode control = state.control("backfill").read().orElseThrow();
        assertThat(control.path("count").asInt()).isEqualTo(writers * changes);
        assertThat(NumberedFile.numberOf(control)).isEqualTo(writers * changes);
    }

    @Test
    void looksAgainWhenItMeetsHalfAFile() throws Exception {
        Path file = folder.resolve("books/status/backfill.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"number\":7,\"sta");
        StateDirectory patient = StateDirectory.of(folder.toString(), "books", pause -> write(file, "{\"number\":7}"));

        ObjectNode status = patient.status("backfill").read().orElseThrow();

        assertThat(NumberedFile.numberOf(status)).isEqualTo(7);
    }

    @Test
    void givesUpOnAFileThatStaysBroken() throws Exception {
        Path file = folder.resolve("books/status/backfill.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "[]");
        StateDirectory hasty = StateDirectory.of(folder.toString(), "books", pause -> {});

        assertThatThrownBy(() -> hasty.status("backfill").read())
                .isInstanceOf(StateException.class)
                .hasMessage("Cannot read " + file + ": it is no object with a number."
                        + " Delete it if no job of this migration runs.");
    }

    @Test
    void tellsWhereARunningJobIsToItsOwnerOnly() throws Exception {
        RunFile.Run run = new RunFile.Run(
                ProcessHandle.current().pid(),
                URI.create("http://127.0.0.1:1"),
                URI.create("http://127.0.0.1:2"),
                "hush");

        state.run("backfill").write(run);

        assertThat(state.run("backfill").read()).contains(run);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("books/run/backfill.json"))))
                .isEqualTo("rw-------");
        assertThat(run.toString()).doesNotContain("hush");

        state.run("backfill").delete();

        assertThat(state.run("backfill").read()).isEmpty();
    }

    @Test
    void doesNotTakeADeadProcessForARunningJob() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        URI nowhere = URI.create("http://127.0.0.1:1");

        state.run("backfill").write(new RunFile.Run(gone.pid(), nowhere, nowhere, "t"));

        assertThat(state.run("backfill").read()).isEmpty();
    }

    @Test
    void goesOnFromTheNewestCompleteCheckpointOrSavepoint() throws Exception {
        checkpoint("books/checkpoints/backfill/6f2a/chk-12", 1_000);
        Path newest = checkpoint("books/savepoints/backfill/savepoint-6f2a-1", 3_000);
        checkpoint("books/checkpoints/backfill/6f2a/chk-13", 2_000);
        checkpoint("books/checkpoints/replay/77aa/chk-1", 9_000);
        Files.createDirectories(folder.resolve("books/checkpoints/backfill/6f2a/chk-14"));

        assertThat(state.newestRestorePoint("backfill")).contains(newest);
    }

    @Test
    void refusesABucketForNow() {
        assertThatThrownBy(() -> StateDirectory.of("s3://b/p", "books"))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("state is s3://b/p");
    }

    private Path checkpoint(String name, long millis) throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve(name));
        Files.setLastModifiedTime(Files.createFile(checkpoint.resolve("_metadata")), FileTime.fromMillis(millis));
        return checkpoint;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
