package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.snapshot.RepositoryLocation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps data sets between runs. One folder each, complete or not there: a run that dies while it makes one
 * leaves nothing that another would take for whole.
 */
final class DataSetStore {

    private static final Logger LOG = LoggerFactory.getLogger(DataSetStore.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ABOUT = "data-set.json";

    private final Path root;

    /**
     * @param root made if it is not there
     */
    DataSetStore(Path root) {
        this.root = root.toAbsolutePath();
    }

    /** In a folder, or where none is given in the user's cache. */
    static DataSetStore in(@Nullable Path folder) {
        return new DataSetStore(
                folder == null ? Path.of(System.getProperty("user.home"), ".cache", "sluice", "bench") : folder);
    }

    /**
     * A data set on disk.
     *
     * @param folder where other things made from it may be kept
     * @param sourceBytes of all its documents
     */
    record Kept(DataSet data, Path folder, long sourceBytes) {

        String repositoryPath() {
            return folder.resolve("repository").toString();
        }

        RepositoryLocation repository() {
            return new RepositoryLocation.FileSystem(repositoryPath());
        }
    }

    /** The data set, made now if it is not there yet, which takes minutes. */
    Kept get(DataSet data) throws IOException {
        Files.createDirectories(root);
        Path folder = root.resolve(data.folderName());
        Path lock = root.resolve(data.folderName() + ".lock");
        // Freed by the system if this JVM dies.
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (!Files.exists(folder)) {
                LOG.info("Making {} in {}, once.", data, folder);
                make(data, folder);
            }
            JsonNode about = JSON.readTree(folder.resolve(ABOUT).toFile());
            LOG.debug("{} found under lock {}", folder, held);
            return new Kept(data, folder, about.path("source_bytes").asLong());
        }
    }

    private void make(DataSet data, Path folder) throws IOException {
        Path fresh = Files.createTempDirectory(root, "making-");
        Path repository = Files.createDirectory(fresh.resolve("repository"));
        long bytes = data.source().server().isPresent()
                ? ServerDataSetMaker.make(data, repository)
                : LuceneDataSetMaker.make(data, repository);
        ObjectNode about = JSON.createObjectNode();
        about.put("documents", data.allDocuments());
        about.put("shards", data.shards());
        about.put("source_bytes", bytes);
        JSON.writeValue(fresh.resolve(ABOUT).toFile(), about);
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    }
}
