package io.sluice.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the files open that were read last. A file in use is never closed under its reader; so the bound
 * can be passed by as many files as threads read at once, and no more.
 *
 * <p>Any thread may call any method.
 */
final class OpenFiles implements Closeable {

    private static final int MAX_IDLE = 64;

    private final Map<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    /** The right to read one file, until closed. */
    interface Lease extends Closeable {
        FileChannel channel();

        @Override
        void close();
    }

    private final class Entry implements Lease {
        private final FileChannel channel;
        private int readers;

        Entry(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public FileChannel channel() {
            return channel;
        }

        @Override
        public void close() {
            release(this);
        }
    }

    synchronized Lease lease(Path path) throws IOException {
        if (closed) {
            throw new IOException("The repository that holds %s is already closed.".formatted(path));
        }
        Entry entry = entries.get(path);
        if (entry == null || !entry.channel.isOpen()) {
            entry = new Entry(FileChannel.open(path, StandardOpenOption.READ));
            entries.put(path, entry);
        }
        entry.readers++;
        return entry;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void release(Entry entry) {
        entry.readers--;
        Iterator<Entry> oldest = entries.values().iterator();
        while (entries.size() > MAX_IDLE && oldest.hasNext()) {
            Entry candidate = oldest.next();
            if (candidate.readers == 0) {
                oldest.remove();
                close(candidate);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        entries.values().forEach(OpenFiles::close);
        entries.clear();
    }

    private static void close(Entry entry) {
        try {
            entry.channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
