package io.sluice.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The specification of a job on its way to a Flink cluster. It lies in the state folder, readable by its owner
 * only, because it holds credentials, which must not be program arguments; who wrote it deletes it as soon
 * as the job is submitted. Written and read by the same build.
 */
public final class SpecFile {

    private SpecFile() {}

    /**
     * Writes a specification and returns the file's path, for the job's {@code main}.
     *
     * @param state the migration's state folder
     * @param job {@code backfill}, {@code replay}
     */
    public static String write(String state, String job, Serializable spec) throws IOException {
        Path path = new Path(state, "submit/" + job + "-" + UUID.randomUUID() + ".spec");
        FileSystem files = path.getFileSystem();
        files.mkdirs(path.getParent());
        if (!files.isDistributedFS()) {
            Files.createFile(
                    java.nio.file.Path.of(path.getPath()),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        try (OutputStream out = files.create(path, FileSystem.WriteMode.OVERWRITE);
                ObjectOutputStream objects = new ObjectOutputStream(out)) {
            objects.writeObject(spec);
        }
        return path.toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param arguments of a job's {@code main}: one, the file's path
     * @param type of the specification; the classes of its parts are found where it was loaded from
     * @throws IllegalArgumentException when there are other arguments, or another specification lies there
     */
    public static <T extends Serializable> T read(String[] arguments, Class<T> type)
            throws IOException, ClassNotFoundException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("expected one argument, the path of a job's specification; found "
                    + arguments.length + " arguments");
        }
        Path file = new Path(arguments[0]);
        try (InputStream in = file.getFileSystem().open(file);
                ObjectInputStream objects = new SpecStream(in, type.getClassLoader())) {
            Object spec = objects.readObject();
            if (!type.isInstance(spec)) {
                throw new IllegalArgumentException("expected a " + type.getSimpleName() + " in " + file + ", found a "
                        + spec.getClass().getSimpleName());
            }
            return type.cast(spec);
        }
    }

    /** Takes the file away. */
    public static void delete(String path) throws IOException {
        Path file = new Path(path);
        file.getFileSystem().delete(file, false);
    }

    /** Finds our classes where the job's are, not where Flink's are. */
    private static final class SpecStream extends ObjectInputStream {
        private final ClassLoader loader;

        SpecStream(InputStream in, ClassLoader loader) throws IOException {
            super(in);
            this.loader = loader;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass type) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(type.getName(), false, loader);
            } catch (ClassNotFoundException e) {
                return super.resolveClass(type);
            }
        }
    }
}
