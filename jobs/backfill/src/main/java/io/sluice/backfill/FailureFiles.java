package io.sluice.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The failure files of a migration's backfill. Finished files end in {@code .ndjson}; one whose documents were
 * driven again ends in {@code .ndjson.redriven} and counts no more.
 */
public final class FailureFiles {

    private static final String FINISHED = ".ndjson";
    private static final String REDRIVEN = ".redriven";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    /** @param state the migration's state folder */
    public FailureFiles(String state) {
        folder = new Path(state, BackfillJob.FAILURES);
    }

    /** Where they lie. */
    public Path folder() {
        return folder;
    }

    /** The finished files, oldest name first. */
    public List<Path> list() throws IOException {
        FileSystem files = folder.getFileSystem();
        FileStatus[] found = files.exists(folder) ? files.listStatus(folder) : new FileStatus[0];
        List<Path> finished = new ArrayList<>();
        for (FileStatus file : found == null ? new FileStatus[0] : found) {
            String name = file.getPath().getName();
            if (name.endsWith(FINISHED) && !name.startsWith(".")) {
                finished.add(file.getPath());
            }
        }
        finished.sort(Comparator.comparing(Path::getName)); // a Flink path has no order of its own
        return List.copyOf(finished);
    }

    /** Hands on each line of a file. */
    public void read(Path file, Consumer<JsonNode> line) throws IOException {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(file.getFileSystem().open(file), StandardCharsets.UTF_8))) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line.accept(JSON.readTree(text));
            }
        }
    }

    /** Replaces a file by what failed again: the new file is there before the old one stops counting. */
    void replace(Path file, List<String> failedAgain) throws IOException {
        FileSystem files = file.getFileSystem();
        if (!failedAgain.isEmpty()) {
            Path fresh = new Path(folder, file.getName().replace(FINISHED, "-again" + FINISHED));
            try (OutputStream out = files.create(fresh, FileSystem.WriteMode.OVERWRITE)) {
                for (String line : failedAgain) {
                    out.write(line.getBytes(StandardCharsets.UTF_8));
                    out.write('\n');
                }
            }
        }
        files.rename(file, new Path(folder, file.getName() + REDRIVEN));
    }
}
