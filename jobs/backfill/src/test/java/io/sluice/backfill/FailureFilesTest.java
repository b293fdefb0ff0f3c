package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureFilesTest {

    @TempDir
    private Path state;

    @Test
    void severalFilesAreListedInTheOrderOfTheirNames() throws IOException {
        write("failed-b-0.ndjson", "{\"_id\":\"2\"}\n{\"_id\":\"3\"}\n");
        write("failed-a-0.ndjson", "{\"_id\":\"1\"}\n");
        write("failed-c-0.ndjson.redriven", "{\"_id\":\"driven\"}\n");
        write(".failed-d-0.ndjson", "{\"_id\":\"half\"}\n");
        FailureFiles files = files();

        List<String> ids = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : files.list()) {
            files.read(file, line -> ids.add(line.get("_id").asText()));
        }

        assertThat(ids).containsExactly("1", "2", "3");
    }

    @Test
    void aMigrationWithoutFailuresHasNoFiles() throws IOException {
        assertThat(files().list()).isEmpty();
    }

    @Test
    void whatFailedAgainTakesThePlaceOfTheFile() throws IOException {
        write("failed-a-0.ndjson", "{\"_id\":\"1\"}\n{\"_id\":\"2\"}\n");
        write("failed-b-0.ndjson", "{\"_id\":\"3\"}\n");
        FailureFiles files = files();

        files.replace(files.list().get(0), List.of("{\"_id\":\"2\"}"));
        files.replace(files.list().get(1), List.of());

        List<String> left = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : files.list()) {
            files.read(file, line -> left.add(line.get("_id").asText()));
        }
        assertThat(left).containsExactly("2");
    }

    private FailureFiles files() {
        return new FailureFiles(state.toUri().toString());
    }

    private void write(String name, String lines) throws IOException {
        Path folder = Files.createDirectories(state.resolve(BackfillJob.FAILURES));
        Files.writeString(folder.resolve(name), lines);
    }
}
