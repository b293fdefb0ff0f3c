package io.sluice.control.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an embedded job can be reached: {@code run/<job>.json}, for its owner's eyes only, gone when the job is.
 */
public final class RunFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    RunFile(Path file) {
        this.file = file;
    }

    /**
     * A running embedded job.
     *
     * @param pid of its process
     * @param rest the REST address of its Flink
     * @param door where it is asked for what Flink cannot be asked for
     * @param token what the door wants to see
     */
    public record Run(long pid, URI rest, URI door, String token) {

        /** Whether its process is there. One that died hard leaves its file behind. */
        public boolean isAlive() {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }

        /** Tells no token. */
        @Override
        public String toString() {
            return "Run[pid=" + pid + ", rest=" + rest + "]";
        }
    }

    /** The job that runs; empty when none does, or its process died. */
    public Optional<Run> read() throws StateException {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            Run run = new Run(
                    json.path("pid").asLong(),
                    URI.create(json.path("rest").asText()),
                    URI.create(json.path("door").asText()),
                    json.path("token").asText());
            return Optional.of(run).filter(Run::isAlive);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException failure) {
            throw new StateException(
                    "Cannot read " + file + ": " + failure + ". Delete it if no such job runs.", failure);
        }
    }

    /** Tells others where this process's job can be reached. */
    public void write(Run run) throws StateException {
        ObjectNode json = JSON.createObjectNode()
                .put("pid", run.pid())
                .put("rest", run.rest().toString())
                .put("door", run.door().toString())
                .put("token", run.token());
        try {
            WholeFile.writePrivate(file, JSON.writeValueAsBytes(json));
        } catch (IOException failure) {
            throw new StateException("Cannot write " + file + ": " + failure, failure);
        }
    }

    /** Takes the file away. */
    public void delete() throws StateException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new StateException("Cannot delete " + file + ": " + failure, failure);
        }
    }
}
