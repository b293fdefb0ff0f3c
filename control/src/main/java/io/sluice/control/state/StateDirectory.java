package io.sluice.control.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The folder of one migration in {@code state}. Nothing is created before something is written. */
public final class StateDirectory {

    private static final String FLINK_METADATA = "_metadata";
    private static final int DEPTH_OF_METADATA = 3;

    private final Path root;
    private final Waiting waiting;

    private StateDirectory(Path root, Waiting waiting) {
        this.root = root;
        this.waiting = waiting;
    }

    /**
     * The folder of a migration.
     *
     * @param location {@code state} of the configuration
     * @throws StateException when the location is a bucket, which this version cannot keep state in
     */
    public static StateDirectory of(String location, String migration) throws StateException {
        return of(location, migration, Waiting.REAL);
    }

    static StateDirectory of(String location, String migration, Waiting waiting) throws StateException {
        if (location.startsWith("s3://")) {
            throw new StateException(
                    "state is " + location + ", but this version keeps state in a folder only. Set state to a path.",
                    null);
        }
        return new StateDirectory(Path.of(location).resolve(migration), waiting);
    }

    /** The folder itself. */
    public Path root() {
        return root;
    }

    /** What commands want of a job. */
    public NumberedFile control(String job) {
        return numbered("control", job);
    }

    /** What a job says of itself. */
    public NumberedFile status(String job) {
        return numbered("status", job);
    }

    /** What the restore points of a job were taken of: those that are older than this file are of something else. */
    public NumberedFile origin(String job) {
        return numbered("origin", job);
    }

    /** What was carried into the target index that came of a source index. */
    public NumberedFile contents(String indexUuid) {
        return numbered("contents", indexUuid);
    }

    /** What is known of the migration's snapshot, and of the marks that were written before it. */
    public NumberedFile snapshot() {
        return new NumberedFile(root.resolve("snapshot.json"), waiting);
    }

    /** Where an embedded job can be reached. */
    public RunFile run(String job) {
        return new RunFile(root.resolve("run").resolve(job + ".json"));
    }

    /** Where Flink keeps a job's checkpoints. */
    public Path checkpoints(String job) {
        return root.resolve("checkpoints").resolve(job);
    }

    /** Where Flink keeps a job's savepoints. */
    public Path savepoints(String job) {
        return root.resolve("savepoints").resolve(job);
    }

    /** Where a job puts what it could not write. */
    public Path failures(String job) {
        return root.resolve("failures").resolve(job);
    }

    /**
     * The newest complete checkpoint or savepoint of a job: where it goes on from.
     *
     * @param newerThan a file; what was written before it is passed over
     */
    public Optional<Path> newestRestorePoint(String job, Path newerThan) throws StateException {
        FileTime oldest = written(newerThan);
        return newestRestorePoint(job, metadata -> written(metadata).compareTo(oldest) > 0);
    }

    /** The newest complete checkpoint or savepoint of a job, whatever it was taken of. */
    public Optional<Path> newestRestorePoint(String job) throws StateException {
        return newestRestorePoint(job, metadata -> true);
    }

    /** The newest complete savepoint of a job that was written since a time. */
    public Optional<Path> newestSavepoint(String job, Instant since) throws StateException {
        Path savepoints = savepoints(job);
        return newestRestorePoint(
                job,
                metadata -> metadata.startsWith(savepoints)
                        && !written(metadata).toInstant().isBefore(since));
    }

    private Optional<Path> newestRestorePoint(String job, Predicate<Path> wanted) throws StateException {
        try {
            List<Path> all = new ArrayList<>(complete(checkpoints(job)));
            all.addAll(complete(savepoints(job)));
            return all.stream()
                    .filter(wanted)
                    .max(Comparator.comparing(StateDirectory::written))
                    .map(metadata -> metadata.toAbsolutePath().getParent());
        } catch (IOException failure) {
            throw new StateException("Cannot look for checkpoints in " + root + ": " + failure, failure);
        }
    }

    /** Flink writes {@code _metadata} last: without it, a checkpoint is none. */
    private static List<Path> complete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found =
                Files.find(folder, DEPTH_OF_METADATA, (path, attributes) -> path.endsWith(FLINK_METADATA))) {
            return found.toList();
        }
    }

    private static FileTime written(Path metadata) {
        try {
            return Files.getLastModifiedTime(metadata);
        } catch (IOException goneMeanwhile) {
            return FileTime.fromMillis(0);
        }
    }

    private NumberedFile numbered(String kind, String job) {
        return new NumberedFile(root.resolve(kind).resolve(job + ".json"), waiting);
    }
}
