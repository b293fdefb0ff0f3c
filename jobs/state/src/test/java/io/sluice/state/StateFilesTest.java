package io.sluice.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFilesTest {

    @TempDir
    private Path folder;

    @Test
    void aReaderAlwaysFindsAWholeFileWhileItIsReplaced() throws Exception {
        StateFiles files = new StateFiles(folder.toUri().toString());
        files.write("status/job.json", JsonNodeFactory.instance.objectNode().put("n", -1));

        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> writeMany(files));

        while (!writing.isDone()) {
            assertThat(files.read("status/job.json"))
                    .hasValueSatisfying(json -> assertThat(json.has("n")).isTrue());
        }
        writing.get();
        assertThat(Files.list(folder.resolve("status"))).hasSize(1);
    }

    @Test
    void aFolderTellsItsFinishedFiles() throws Exception {
        StateFiles files = new StateFiles(folder.toString());
        assertThat(files.list("decided")).isEmpty();

        files.write("decided/1-2.json", JsonNodeFactory.instance.objectNode());
        files.write("decided/1-1.json", JsonNodeFactory.instance.objectNode());
        Files.createFile(folder.resolve("decided/.1-3.json"));

        assertThat(files.list("decided")).containsExactly("1-1.json", "1-2.json");
    }

    private static void writeMany(StateFiles files) {
        try {
            for (int n = 0; n < 500; n++) {
                files.write(
                        "status/job.json", JsonNodeFactory.instance.objectNode().put("n", n));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
