package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.backfill.FailureFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the failure files of a migration say. */
final class FailureLines {

    private FailureLines() {}

    /** @param state the migration's state folder */
    static List<JsonNode> in(Path state) throws IOException {
        FailureFiles files = new FailureFiles(state.toUri().toString());
        List<JsonNode> lines = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : files.list()) {
            files.read(file, lines::add);
        }
        return lines;
    }
}
