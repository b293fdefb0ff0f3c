package io.sluice.backfill;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * A {@link BackfillSpec} on its way to a Flink cluster. It lies in the state folder, readable by its owner
 * only, because it holds credentials, which must not be program arguments; who wrote it deletes it as soon
 * as the job is submitted. Written and read by the same build.
 */
public final class SpecFile {

    private SpecFile() {}

    /** Writes a specification and returns the file's path, for {@link BackfillJob#main}. */
    public static String write(BackfillSpec spec) throws IOException {
        Path path = new Path(spec.state(), "submit/backfill-" + UUID.randomUUID() + ".spec");
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

    static BackfillSpec read(String path) throws IOException, ClassNotFoundException {
        Path file = new Path(path);
        try (InputStream in = file.getFileSystem().open(file);
                ObjectInputStream objects = new SpecStream(in)) {
            return (BackfillSpec) objects.readObject();
        }
    }

    /** Takes the file away. */
    public static void delete(String path) throws IOException {
        Path file = new Path(path);
        file.getFileSystem().delete(file, false);
    }

    /** Finds our classes where the job's are, not where Flink's are. */
    private static final class SpecStream extends ObjectInputStream {
        SpecStream(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass type) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(type.getName(), false, SpecFile.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                return super.resolveClass(type);
            }
        }
    }
}
