package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSystemStoreTest {

    @TempDir
    private Path parent;

    private BlobStore store;

    @BeforeEach
    void openAStoreWithOneBlob() throws IOException {
        Path root = Files.createDirectory(parent.resolve("repo"));
        Files.writeString(parent.resolve("secret"), "secret");
        Files.createDirectories(root.resolve("indices/i1"));
        Files.writeString(root.resolve("indices/i1/__1"), "0123456789");
        store = BlobStore.open(new RepositoryLocation.FileSystem(root.toString()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void readsARangeAndCountsItsBytes() throws IOException {
        byte[] into = new byte[5];

        store.read("indices/i1/__1", 3, into, 1, 4);

        assertThat(into).isEqualTo("\0003456".getBytes(UTF_8));
        assertThat(store.bytesRead()).isEqualTo(4);
    }

    @Test
    void saysHowFarABlobGoesThatEndsTooEarly() {
        assertThatThrownBy(() -> store.read("indices/i1/__1", 8, new byte[4], 0, 4))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContainingAll("indices/i1/__1", "at byte 8", "4 bytes", "2 bytes and the end");
    }

    @Test
    void namesAMissingBlob() {
        assertThatThrownBy(() -> store.readAll("index-7", 100))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("index-7");
    }

    @Test
    void refusesABlobLargerThanItsKind() {
        assertThatThrownBy(() -> store.readAll("indices/i1/__1", 9))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("10 bytes", "at most 9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "indices/../../secret", "/etc/passwd", "indices/./i1", "a\0b"})
    void refusesAPathThatLeadsOut(String path) {
        assertThatThrownBy(() -> store.read(path, 0, new byte[1], 0, 1))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("outside");
    }

    @Test
    void listsTheBlobsOfAFolderByPrefix() throws IOException {
        assertThat(store.list("indices/i1", "__")).containsExactly("__1");
        assertThat(store.list("", "")).isEmpty();
        assertThat(store.list("nowhere", "")).isEmpty();
    }

    @Test
    void keepsReadingForOthersAfterAThreadWasInterrupted() throws Exception {
        store.read("indices/i1/__1", 0, new byte[1], 0, 1);
        Thread interrupted = new Thread(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> store.read("indices/i1/__1", 0, new byte[1], 0, 1))
                    .isInstanceOf(IOException.class);
        });
        interrupted.start();
        interrupted.join();

        byte[] into = new byte[1];
        store.read("indices/i1/__1", 4, into, 0, 1);

        assertThat(into).containsExactly('4');
    }

    @Test
    void saysWhatIsThereInsteadOfARepository() {
        RepositoryLocation missing =
                new RepositoryLocation.FileSystem(parent.resolve("gone/repo").toString());
        RepositoryLocation file =
                new RepositoryLocation.FileSystem(parent.resolve("secret").toString());

        assertThatThrownBy(() -> BlobStore.open(missing))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("gone/repo", "does not exist", parent.toString());
        assertThatThrownBy(() -> BlobStore.open(file))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("it is a file");
        assertThatThrownBy(() -> Repository.open(store))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContainingAll("neither index.latest nor index-N", "holds no files");
    }
}
