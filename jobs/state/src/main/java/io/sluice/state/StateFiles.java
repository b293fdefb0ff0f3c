package io.sluice.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * JSON files below a migration's state folder, on any file system Flink has. A file is replaced whole:
 * who reads it sees the old one or the new one.
 */
public final class StateFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;

    /**
     * @param root the state folder: a path, or a URI that Flink has a file system for
     */
    public StateFiles(String root) {
        this.root = new Path(root);
    }

    /** Empty when there is no such file. */
    public Optional<JsonNode> read(String name) throws IOException {
        Path path = new Path(root, name);
        try (InputStream in = path.getFileSystem().open(path)) {
            return Optional.of(JSON.readTree(in.readAllBytes()));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Replaces a file, or makes it; folders above it are made. */
    public void write(String name, JsonNode content) throws IOException {
        Path path = new Path(root, name);
        FileSystem files = path.getFileSystem();
        files.mkdirs(path.getParent());
        byte[] bytes = JSON.writeValueAsBytes(content);
        Path fresh = new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID());
        try (OutputStream out = files.create(fresh, FileSystem.WriteMode.NO_OVERWRITE)) {
            out.write(bytes);
            if (out instanceof FSDataOutputStream durable) {
                durable.sync();
            }
        }
        replace(files, fresh, path);
    }

    /** The names of the files in a folder, in order; none when there is no such folder. What is not finished is left out. */
    public List<String> list(String folder) throws IOException {
        Path path = new Path(root, folder);
        FileSystem files = path.getFileSystem();
        FileStatus[] found = files.exists(path) ? files.listStatus(path) : new FileStatus[0];
        List<String> names = new ArrayList<>();
        for (FileStatus file : found == null ? new FileStatus[0] : found) {
            String name = file.getPath().getName();
            if (!name.startsWith(".")) {
                names.add(name);
            }
        }
        names.sort(Comparator.naturalOrder());
        return List.copyOf(names);
    }

    /** Deletes what is in a folder. */
    public void clear(String folder) throws IOException {
        Path path = new Path(root, folder);
        path.getFileSystem().delete(path, true);
    }

    private static void replace(FileSystem files, Path fresh, Path path) throws IOException {
        if (!files.isDistributedFS()) {
            // Flink's local rename deletes the old file first: for a moment a reader would find none.
            Files.move(
                    java.nio.file.Path.of(fresh.getPath()),
                    java.nio.file.Path.of(path.getPath()),
                    StandardCopyOption.ATOMIC_MOVE);
        } else if (!files.rename(fresh, path)) {
            throw new IOException("cannot replace " + path + " with what was written beside it");
        }
    }
}
