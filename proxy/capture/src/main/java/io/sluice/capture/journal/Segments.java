package io.sluice.capture.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The journal's files: those in use, in order, and those free. Guarded by the journal's lock.
 *
 * <p>The file that was freed last is used next: as long as Kafka keeps up, two files go to and fro in the page cache and
 * the others are never touched.
 */
final class Segments {

    private final Deque<Segment> used = new ArrayDeque<>();
    private final Deque<Segment> free = new ArrayDeque<>();
    private final int bytes;

    private Segments(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Opens what is there, makes what is missing, and removes what is too much and free.
     *
     * @param acknowledged everything before this position may be forgotten
     */
    static Segments open(Folder folder, int count, int bytes, long acknowledged) throws IOException {
        Segments segments = new Segments(bytes);
        List<Segment> found = new ArrayList<>();
        for (Path file : folder.segments()) {
            found.add(Segment.open(file, bytes));
        }
        segments.sort(found, acknowledged / bytes);
        for (int number = 0; segments.total() < count; number++) {
            Path file = folder.segment(number);
            if (!Files.exists(file)) {
                segments.free.addLast(create(file, bytes));
            }
        }
        while (segments.total() > count && !segments.free.isEmpty()) {
            Files.delete(segments.free.removeLast().file());
        }
        return segments;
    }

    /** Under another name until it is whole: a process killed on the way leaves nothing that looks like a segment. */
    private static Segment create(Path file, int bytes) throws IOException {
        Path made = file.resolveSibling("making-" + file.getFileName());
        Files.deleteIfExists(made);
        try {
            Segment.create(made, bytes);
        } catch (IOException e) {
            Files.deleteIfExists(made);
            throw new JournalException(
                    "Cannot make %s of %,d bytes: %s. Make room on that disk, or lower the journal's size."
                            .formatted(file, bytes, e.getMessage()),
                    e);
        }
        Files.move(made, file);
        return Segment.open(file, bytes);
    }

    /** In use is the unbroken run of sequences that ends with the highest one, from the acknowledged one on. */
    private void sort(List<Segment> found, long acknowledged) {
        found.sort(Comparator.comparingLong(Segment::sequence).reversed());
        long expected = 0;
        for (Segment segment : found) {
            boolean run = segment.sequence() >= Math.max(1, acknowledged)
                    && (used.isEmpty() || segment.sequence() == expected);
            if (run) {
                used.addFirst(segment);
                expected = segment.sequence() - 1;
            } else {
                free.addLast(segment);
            }
        }
    }

    /** Begins the next sequence. Only when {@link #free()} is above 0. */
    Segment next(long sequence) {
        Segment segment = free.removeFirst();
        segment.begin(sequence);
        used.addLast(segment);
        return segment;
    }

    /** Frees every file that lies wholly before a position; the newest stays. */
    void release(long position) {
        while (used.size() > 1 && used.getFirst().sequence() < position / bytes) {
            free.addFirst(used.removeFirst());
        }
    }

    /** Frees every file after a sequence. */
    void releaseAfter(long sequence) {
        while (!used.isEmpty() && used.getLast().sequence() > sequence) {
            Segment segment = used.removeLast();
            segment.begin(0);
            free.addFirst(segment);
        }
    }

    Segment at(long sequence) {
        Iterator<Segment> newest = used.descendingIterator();
        while (newest.hasNext()) {
            Segment segment = newest.next();
            if (segment.sequence() == sequence) {
                return segment;
            }
        }
        throw new IllegalStateException("The journal has no segment %d any more.".formatted(sequence));
    }

    boolean isEmpty() {
        return used.isEmpty();
    }

    Segment first() {
        return used.getFirst();
    }

    Segment last() {
        return used.getLast();
    }

    int free() {
        return free.size();
    }

    int total() {
        return used.size() + free.size();
    }
}
