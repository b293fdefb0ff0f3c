package io.sluice.capture.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The journal's folder: {@code lock}, {@code state}, and {@code segment-NNNN}. Locked against another process while open. */
final class Folder implements Closeable {

    private static final String SEGMENT = "segment-";
    private static final String IN_USE =
            "The journal in %s is in use by another process. Stop that proxy, or give this one its own folder.";

    private final Path path;
    private final FileChannel lock;

    private Folder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static Folder lock(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return new Folder(path, channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new JournalException(IN_USE.formatted(path), e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new JournalException(IN_USE.formatted(path));
    }

    Path state() {
        return path.resolve("state");
    }

    Path segment(int number) {
        return path.resolve(SEGMENT + "%04d".formatted(number));
    }

    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().matches(SEGMENT + "\\d{4}"))
                            .sorted()
                            .toList());
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
