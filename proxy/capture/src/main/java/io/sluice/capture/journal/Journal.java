package io.sluice.capture.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records, gives each its stamp, and keeps them until they are acknowledged.
 *
 * <p>A <b>position</b> is a segment's sequence times the size of segments plus the offset therein; it only grows. A
 * <b>stamp</b> is the capture time in nanoseconds: the clock's, or one more than the last where the clock did not move on
 * or went back, over all runs of the proxy. Both are given under one lock, so they have the same order.
 *
 * <p>Thread-safe.
 */
public final class Journal implements Closeable {

    /** What {@link #append} answers when there is no room. */
    public static final long NO_ROOM = 0;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private static final int LARGEST_SEGMENT = 16 << 20;
    private static final int SEGMENTS = 16;
    private static final int FEWEST_SEGMENTS = 4;
    private static final int RESERVED_PART = 8;
    private static final int OVERHEAD = 1024;

    private final Object lock = new Object();
    private final Folder folder;
    private final StateFile state;
    private final Segments segments;
    private final InstantSource clock;
    private final int segmentBytes;
    private final int limit;
    private final long bound;
    private final long reserve;
    private final int largestRecord;

    private Segment current;
    private int offset;
    private long stamp;
    private long forced;
    private boolean sealed;
    private volatile long tail;
    private volatile long acknowledged;
    private volatile @Nullable String broken;

    private Journal(
            Folder folder, StateFile state, Segments segments, InstantSource clock, long bound, int largestRecord) {
        this.largestRecord = largestRecord;
        this.folder = folder;
        this.state = state;
        this.segments = segments;
        this.clock = clock;
        this.segmentBytes = state.segmentBytes();
        this.limit = segmentBytes - Segment.END;
        this.bound = bound;
        this.reserve = Math.max(bound / RESERVED_PART, segmentBytes);
        this.stamp = state.stamp();
        if (segments.isEmpty()) {
            segments.next(1 + state.acknowledged() / segmentBytes);
        }
        Segment first = segments.first();
        this.acknowledged = Math.max(state.acknowledged(), first.sequence() * segmentBytes + Segment.HEADER);
        this.current = first;
        recover();
    }

    /**
     * Opens the journal of a folder, or makes it: then all of it is written, so that a full disk shows now.
     *
     * @param bound how many bytes all files together have, at most
     * @param largestRecord how many bytes key and record of one append have, at most
     * @throws JournalException if the folder is another process's, damaged, of another version, or the bound too small
     */
    public static Journal open(Path path, long bound, int largestRecord, InstantSource clock) throws IOException {
        Folder folder = Folder.lock(path);
        try {
            int wanted = (int) Math.min(LARGEST_SEGMENT, bound / SEGMENTS) & -4096;
            if (!Files.exists(folder.state())) {
                requireRoom(path, bound, wanted, largestRecord);
                LOG.info("The journal in {} is made: {} bytes are written, once.", path, bound);
            }
            StateFile state = StateFile.open(folder.state(), wanted);
            int bytes = state.segmentBytes();
            requireRoom(path, bound, bytes, largestRecord);
            Segments segments = Segments.open(folder, (int) (bound / bytes), bytes, state.acknowledged());
            return new Journal(folder, state, segments, clock, bound / bytes * bytes, largestRecord);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static void requireRoom(Path path, long bound, int segmentBytes, int largestRecord)
            throws JournalException {
        if (segmentBytes < 2L * (largestRecord + OVERHEAD)) {
            throw new JournalException(
                    ("The journal in %s has segments of %,d bytes, too small for records of %,d bytes."
                                    + " Make the journal at least %,d bytes (and remove its folder once it is empty), or records smaller.")
                            .formatted(
                                    path,
                                    segmentBytes,
                                    largestRecord,
                                    2L * SEGMENTS * (largestRecord + OVERHEAD + 4096)));
        }
        if (bound / segmentBytes < FEWEST_SEGMENTS) {
            throw new JournalException(
                    "The journal in %s has segments of %,d bytes and needs %d of them, but its size is %,d bytes. Make it larger."
                            .formatted(path, segmentBytes, FEWEST_SEGMENTS, bound));
        }
    }

    private void recover() {
        offset = (int) (acknowledged % segmentBytes);
        if (current.sequence() != acknowledged / segmentBytes) {
            offset = Segment.HEADER;
        }
        long entries = 0;
        while (true) {
            int length = current.length(offset);
            if (length == Segment.CONTINUES && current != segments.last()) {
                current = segments.at(current.sequence() + 1);
                offset = Segment.HEADER;
            } else if (length != 0 && length != Segment.CONTINUES && current.isWhole(offset)) {
                stamp = Math.max(stamp, current.stamp(offset));
                offset += Segment.span(0, length);
                entries++;
            } else {
                break;
            }
        }
        cutTail();
        forced = acknowledged;
        tail = position();
        if (entries > 0) {
            LOG.info("The journal in {} holds {} entries that Kafka did not acknowledge.", folder, entries);
        }
    }

    /** What stands behind the last whole entry was on its way to the disk when the host stopped. */
    private void cutTail() {
        boolean more = current != segments.last()
                && segments.at(current.sequence() + 1).length(Segment.HEADER) != 0;
        if (current.length(offset) != 0 || more) {
            LOG.warn(
                    "The journal in {} is torn at byte {} of {}: the host stopped before it was written. What came after is cut off.",
                    folder,
                    offset,
                    current.file().getFileName());
        }
        segments.releaseAfter(current.sequence());
        current.cut(offset);
    }

    /**
     * Appends an entry.
     *
     * @return its stamp, or {@link #NO_ROOM}
     */
    public long append(int partition, Draft draft, Room room) {
        synchronized (lock) {
            int keyLength = draft.keyLength();
            int size = draft.size();
            boolean taken = broken == null && (!sealed || room == Room.LAST) && keyLength + size <= largestRecord;
            if (!taken || !fits(Segment.span(keyLength, size), room)) {
                return NO_ROOM;
            }
            try {
                return append(partition, draft, keyLength, size);
            } catch (IOException | InternalError e) {
                // InternalError: the JVM's word for a page of a mapped file that cannot be reached.
                breakDown("cannot be written", e);
                return NO_ROOM;
            }
        }
    }

    private long append(int partition, Draft draft, int keyLength, int size) throws IOException {
        if (offset + Segment.span(keyLength, size) > limit) {
            Segment next = segments.next(current.sequence() + 1);
            current.close(offset);
            current = next;
            offset = Segment.HEADER;
        }
        long given = nextStamp();
        current.append(offset, partition, given, draft, keyLength, size);
        offset += Segment.span(keyLength, size);
        tail = position();
        return given;
    }

    private boolean fits(int span, Room room) {
        boolean here = offset + span <= limit;
        if (!here && (segments.free() == 0 || span > limit - Segment.HEADER)) {
            return false;
        }
        long left = (long) segments.free() * segmentBytes + (here ? limit - offset : 0) - span;
        return room != Room.ORDINARY || left >= reserve;
    }

    private long nextStamp() {
        stamp = Math.max(now(), stamp + 1);
        state.stamp(stamp);
        return stamp;
    }

    private long now() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private long position() {
        return current.sequence() * segmentBytes + offset;
    }

    /** Makes every later stamp greater than this one. */
    public void raiseStamp(long floor) {
        synchronized (lock) {
            stamp = Math.max(stamp, floor);
            state.stamp(stamp);
        }
    }

    /** The stamp given last, by this run or one before. */
    public long lastStamp() {
        synchronized (lock) {
            return stamp;
        }
    }

    /** Gives a stamp to no entry, if nothing was appended behind a position; else {@link #NO_ROOM}. */
    public long stampIfDrained(long position) {
        synchronized (lock) {
            return tail == position ? nextStamp() : NO_ROOM;
        }
    }

    /** Runs something that no append can come between. It must be quick. */
    public void exclusively(Runnable action) {
        synchronized (lock) {
            action.run();
        }
    }

    /** From now on only {@link Room#LAST} is taken. */
    public void seal() {
        synchronized (lock) {
            sealed = true;
        }
    }

    /** The position behind the last entry. */
    public long tail() {
        return tail;
    }

    /** The position before which everything is acknowledged. */
    public long acknowledged() {
        return acknowledged;
    }

    /** Forgets every entry before a position. */
    public void acknowledge(long position) {
        if (position == acknowledged) {
            return;
        }
        synchronized (lock) {
            acknowledged = position;
            state.acknowledged(position);
            segments.release(position);
        }
    }

    /** Begins to read at a position that {@link #acknowledged} or a cursor named. */
    public Cursor read(long position) {
        return new Cursor(this, position);
    }

    Segment segment(long sequence) {
        synchronized (lock) {
            return segments.at(sequence);
        }
    }

    int segmentBytes() {
        return segmentBytes;
    }

    /** Writes through to the disk what was appended before the call. Called by one thread. */
    public void force() throws IOException {
        long to = tail;
        long from = Math.max(forced, acknowledged);
        try {
            while (from < to) {
                long sequence = from / segmentBytes;
                long end = Math.min(to, (sequence + 1) * segmentBytes);
                int start = (int) (from % segmentBytes);
                forceSegment(sequence, start <= Segment.HEADER ? 0 : start, (int) (end - sequence * segmentBytes));
                from = end;
            }
            forced = to;
        } catch (IOException | InternalError e) {
            breakDown("cannot be written through to the disk", e);
            throw e;
        }
    }

    private void forceSegment(long sequence, int from, int to) throws IOException {
        Segment segment;
        synchronized (lock) {
            if (sequence < segments.first().sequence()) {
                return; // acknowledged meanwhile
            }
            segment = segments.at(sequence);
        }
        segment.force(from, to);
    }

    private void breakDown(String what, Throwable cause) {
        if (broken == null) {
            broken = "The journal in %s %s: %s".formatted(folder, what, cause.getMessage());
            LOG.error("{}. New writes are refused until the proxy was started again.", broken, cause);
        }
    }

    /** Why nothing can be appended any more, or null. */
    public @Nullable String broken() {
        return broken;
    }

    /** Whether a small entry of this kind has room now. */
    public boolean hasRoom(Room room) {
        synchronized (lock) {
            return broken == null && fits(OVERHEAD, room);
        }
    }

    /** How many bytes wait to be acknowledged. */
    public long bytesUsed() {
        return Math.max(0, tail - acknowledged);
    }

    /** How many bytes the files have together. */
    public long bound() {
        return bound;
    }

    /** The proxy's name for itself: the same as long as the folder is. */
    public UUID proxy() {
        return state.proxy();
    }

    /** The run that used this journal last, or 0. */
    public long incarnation() {
        return state.incarnation();
    }

    /** Begins a new run, numbered above all before. */
    public long beginIncarnation() {
        synchronized (lock) {
            long next = nextStamp();
            state.incarnation(next);
            return next;
        }
    }

    /** Remembers that something is missing from now on, unless that is remembered of a time before. */
    public void noteUncaptured() {
        synchronized (lock) {
            if (state.uncaptured().since() == 0) {
                state.uncaptured(new Uncaptured(Math.max(1, stamp), 0, 0));
            }
        }
    }

    /** Remembers over restarts what must still be said about the capture. */
    public void remember(Uncaptured uncaptured) {
        synchronized (lock) {
            state.uncaptured(uncaptured);
        }
    }

    /** What was remembered. */
    public Uncaptured remembered() {
        return state.uncaptured();
    }

    /** Lets another process have the folder. Nothing may be appended or read any more. */
    @Override
    public void close() throws IOException {
        synchronized (lock) {
            broken = "The journal in %s is closed.".formatted(folder);
        }
        folder.close();
    }
}
