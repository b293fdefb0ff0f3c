package io.sluice.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps other JVMs, and other threads of this one, out. Freed by the system if the JVM dies. */
final class FolderLock {

    /** File locks are held by the whole JVM, so its threads need one of their own. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    /** What is done under the lock. */
    interface Action {
        void run() throws IOException;
    }

    private FolderLock() {}

    /** Waits for as long as another holds the lock, which is bounded by what is done under it. */
    static void whileHolding(Path file, Action action) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        THREADS.lock();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock held = channel.lock();
            action.run();
            held.release();
        } finally {
            THREADS.unlock();
        }
    }
}
