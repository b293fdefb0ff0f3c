package io.sluice.foreign;

import io.sluice.capture.file.CaptureFileHeader;
import io.sluice.capture.file.CaptureFileReader;
import io.sluice.capture.file.CaptureFileRecord;
import io.sluice.capture.file.CaptureFileWriter;
import io.sluice.capture.wire.Fragment;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts fragments by their time, however many there are: as many as fit are sorted and laid aside in a file, and the files
 * are merged. Of those of one time, what was added first comes first.
 *
 * <p>A file is a capture file whose records have a fragment as value, its proxy as key, and nanoseconds as time.
 */
final class SortedRuns implements FragmentSink {

    private static final int RUN_BYTES = 48 << 20;
    private static final int MOST_FILES = 48;
    private static final int OVERHEAD = 100;

    private record Entry(long time, int partition, int proxy, Fragment fragment) {}

    private final Path folder;
    private final int partitions;
    private final int runBytes;
    private final int mostFiles;
    private final List<Entry> run = new ArrayList<>();
    /** By how often their records were merged; within one list in the order in which they were added. */
    private final List<List<Path>> levels = new ArrayList<>();

    private long bytes;
    private int files;
    private long first = Long.MAX_VALUE;
    private long last;

    /**
     * @param folder for its files; they go when they are merged
     */
    SortedRuns(Path folder, int partitions) {
        this(folder, partitions, RUN_BYTES, MOST_FILES);
    }

    SortedRuns(Path folder, int partitions, int runBytes, int mostFiles) {
        this.folder = folder;
        this.partitions = partitions;
        this.runBytes = runBytes;
        this.mostFiles = mostFiles;
    }

    @Override
    public void fragment(int proxy, int partition, long time, Fragment fragment) throws IOException {
        run.add(new Entry(time, partition, proxy, fragment));
        bytes += fragment.getSerializedSize() + OVERHEAD;
        first = Math.min(first, time);
        last = Math.max(last, time);
        if (bytes >= runBytes) {
            layAside();
        }
    }

    /** The lowest time; meaningless if there is no fragment. */
    long first() {
        return first;
    }

    /** The highest time, or 0. */
    long last() {
        return last;
    }

    private void layAside() throws IOException {
        run.sort(Comparator.comparingLong(Entry::time));
        Path file = newFile();
        try (Run written = new Run(file, partitions)) {
            for (Entry entry : run) {
                byte[] proxy =
                        ByteBuffer.allocate(Integer.BYTES).putInt(entry.proxy()).array();
                written.add(
                        entry.partition(), entry.time(), proxy, entry.fragment().toByteArray());
            }
            written.finish();
        }
        run.clear();
        bytes = 0;
        put(file, 0);
    }

    private Path newFile() {
        return folder.resolve("run-" + files++);
    }

    private void put(Path file, int level) throws IOException {
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        List<Path> same = levels.get(level);
        same.add(file);
        if (same.size() == mostFiles) {
            Path merged = newFile();
            try (Run written = new Run(merged, partitions)) {
                merge(
                        same,
                        record -> written.add(
                                record.partition(), record.timestamp(), bytes(record.key()), bytes(record.value())));
                written.finish();
            }
            same.clear();
            put(merged, level + 1);
        }
    }

    /** Hands on all fragments by their time; afterwards there are none. */
    void drainTo(FragmentSink sink) throws IOException {
        if (!run.isEmpty()) {
            layAside();
        }
        List<Path> all = new ArrayList<>();
        for (int level = levels.size() - 1; level >= 0; level--) {
            all.addAll(levels.get(level));
        }
        levels.clear();
        merge(
                all,
                record -> sink.fragment(
                        ByteBuffer.wrap(bytes(record.key())).getInt(),
                        record.partition(),
                        record.timestamp(),
                        Fragment.parseFrom(bytes(record.value()))));
    }

    private static byte[] bytes(byte @Nullable [] present) {
        return present == null ? new byte[0] : present;
    }

    private interface RecordSink {
        void record(CaptureFileRecord record) throws IOException;
    }

    /** One file that is read, and where it is. */
    private record Source(int order, Path path, CaptureFileReader reader, CaptureFileRecord record) {}

    private static void merge(List<Path> paths, RecordSink sink) throws IOException {
        PriorityQueue<Source> sources = new PriorityQueue<>(
                Comparator.<Source>comparingLong(source -> source.record().timestamp())
                        .thenComparingInt(Source::order));
        try {
            for (int i = 0; i < paths.size(); i++) {
                Path path = paths.get(i);
                CaptureFileReader reader = new CaptureFileReader(new BufferedInputStream(Files.newInputStream(path)));
                advance(sources, i, path, reader);
            }
            while (!sources.isEmpty()) {
                Source next = sources.remove();
                sink.record(next.record());
                advance(sources, next.order(), next.path(), next.reader());
            }
        } finally {
            for (Source left : sources) {
                left.reader().close();
            }
        }
    }

    private static void advance(PriorityQueue<Source> sources, int order, Path path, CaptureFileReader reader)
            throws IOException {
        CaptureFileRecord record = reader.next();
        if (record != null) {
            sources.add(new Source(order, path, reader, record));
        } else {
            reader.close();
            Files.delete(path);
        }
    }

    /** A file that is written. */
    private static final class Run implements AutoCloseable {
        private final CaptureFileWriter writer;
        private final long[] offsets;

        Run(Path file, int partitions) throws IOException {
            this.writer = new CaptureFileWriter(
                    new BufferedOutputStream(Files.newOutputStream(file)), new CaptureFileHeader(partitions, Map.of()));
            this.offsets = new long[partitions];
        }

        void add(int partition, long time, byte[] key, byte[] value) throws IOException {
            writer.write(new CaptureFileRecord(partition, offsets[partition]++, time, key, value));
        }

        void finish() throws IOException {
            writer.finish();
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }
}
