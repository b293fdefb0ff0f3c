package io.sluice.control.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is replaced as a whole, each time with a higher {@code number}: so a reader can tell whether what
 * it asked for was done.
 *
 * <p>A reader on a file system without atomic renames may meet half a file: it looks again, {@value #ATTEMPTS} times.
 */
public final class NumberedFile {

    static final String NUMBER = "number";

    private static final int ATTEMPTS = 20;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(25);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A file lock is held by a process, so its threads need one of their own. */
    private static final ReentrantLock WRITERS = new ReentrantLock();

    private final Path file;
    private final Waiting waiting;

    NumberedFile(Path file, Waiting waiting) {
        this.file = file;
        this.waiting = waiting;
    }

    /** Where it lies. */
    public Path path() {
        return file;
    }

    /** The object as it is now; empty when nobody has written it. */
    public Optional<ObjectNode> read() throws StateException {
        for (int attempt = 1; ; attempt++) {
            Attempt look = look();
            if (look.isDone()) {
                return Optional.ofNullable(look.object());
            }
            if (attempt == ATTEMPTS) {
                throw new StateException(
                        "Cannot read " + file + ": " + look.problem() + ". Delete it if no job of this migration runs.",
                        null);
            }
            waiting.pause(BETWEEN_ATTEMPTS);
        }
    }

    /** What one look at the file gave; no object and no problem when there is none. */
    private record Attempt(@Nullable ObjectNode object, String problem) {
        boolean isDone() {
            return problem.isEmpty();
        }
    }

    private Attempt look() {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            return json instanceof ObjectNode object && object.path(NUMBER).canConvertToLong()
                    ? new Attempt(object, "")
                    : new Attempt(null, "it is no object with a number");
        } catch (NoSuchFileException absent) {
            return new Attempt(null, "");
        } catch (JsonProcessingException half) {
            return new Attempt(null, "it is no JSON");
        } catch (IOException failure) {
            return new Attempt(null, failure.toString());
        }
    }

    /** The number of the object as it is now; 0 when nobody has written it. */
    public long number() throws StateException {
        return read().map(NumberedFile::numberOf).orElse(0L);
    }

    /** The number that an object of such a file carries. */
    public static long numberOf(JsonNode object) {
        return object.path(NUMBER).asLong();
    }

    /**
     * Replaces the object by what {@code change} makes of it. Nobody else's change is lost.
     *
     * @param change is given a copy, without a number; an empty object when nobody has written it
     * @return the number of the new object
     */
    public long update(UnaryOperator<ObjectNode> change) throws StateException {
        WRITERS.lock();
        try {
            return updateLocked(change);
        } catch (StateException failure) {
            throw failure;
        } catch (IOException failure) {
            throw new StateException(
                    "Cannot write " + file + ": " + failure + ". Is there room, and may this user write there?",
                    failure);
        } finally {
            WRITERS.unlock();
        }
    }

    private long updateLocked(UnaryOperator<ObjectNode> change) throws IOException {
        Path folder = Objects.requireNonNull(file.getParent(), "a file in a folder");
        Files.createDirectories(folder);
        Path lock = folder.resolve("." + file.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock(); // closing the channel releases it
            ObjectNode before = read().orElseGet(JSON::createObjectNode);
            long number = numberOf(before) + 1;
            before.remove(NUMBER);
            ObjectNode after = JSON.createObjectNode().put(NUMBER, number);
            after.setAll(change.apply(before));
            after.put(NUMBER, number);
            WholeFile.write(file, JSON.writeValueAsBytes(after));
            return number;
        }
    }
}
