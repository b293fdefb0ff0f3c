package io.sluice.snapshot;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A window that moves over a region of a file. It begins small, so that a short range costs little; while it
 * is moved on it doubles up to its limit, and the next one is fetched in the background. A jump
 * makes it small again.
 *
 * <p>Belongs to one thread. Holds at most two buffers of its limit. Needs no closing: a fetch that nobody
 * waits for any more ends by itself.
 */
public final class ByteWindow {

    private static final byte[] NOTHING = new byte[0];

    /** How much at a time is fetched from behind the expected end on: little of it will be needed. */
    private static final int BYTES_BEYOND_END = 32 << 10;

    private final ShardFileBytes file;
    private final long regionStart;
    private final long regionEnd;
    private final Sizes sizes;

    private byte[] bytes = NOTHING;
    private long start;
    private int length;
    private int nextSize;

    private byte[] spare = NOTHING;
    private @Nullable Future<byte[]> coming;
    private long comingStart;
    private int comingLength;

    private long expectedEnd;
    private boolean goesOnForSure;
    private @Nullable CRC32 checksum;
    private long checksumFrom;
    private long checksumAt;
    private long checksumEnd;

    /**
     * How large a window is.
     *
     * @param first bytes of the first window, and of the first after a jump
     * @param max bytes of the largest
     */
    public record Sizes(int first, int max) {
        public Sizes {
            if (first <= 0 || max < first) {
                throw new IllegalArgumentException("first %d, max %d".formatted(first, max));
            }
        }
    }

    /** A window over {@code [regionStart, regionEnd)} of the file, which it never leaves. */
    public ByteWindow(ShardFileBytes file, long regionStart, long regionEnd, Sizes sizes) {
        this.file = file;
        this.regionStart = regionStart;
        this.regionEnd = regionEnd;
        this.sizes = sizes;
        this.start = regionStart;
        this.nextSize = sizes.first();
        this.expectedEnd = regionEnd;
    }

    /**
     * Says that all bytes up to {@code position} will be needed, so they are fetched ahead from the first on, and
     * that those behind it hardly will, so none of them is fetched ahead.
     */
    public void expectEndAt(long position) {
        expectedEnd = Math.min(position, regionEnd);
        goesOnForSure = true;
    }

    /**
     * Takes the CRC32 of the bytes of {@code [from, end)} as they pass by. Between the two the window is moved
     * without a gap, whatever is asked for.
     */
    public void takeChecksum(long from, long end) {
        checksum = new CRC32();
        checksumFrom = from;
        checksumAt = from;
        checksumEnd = end;
    }

    /** Moves on to the end of what the checksum covers, and returns it. */
    public ByteChecksum finishChecksum() throws IOException {
        CRC32 crc = checksum;
        if (crc == null) {
            throw new IllegalStateException("No checksum was asked for");
        }
        while (checksumAt < checksumEnd) {
            moveOn(crc);
        }
        return ByteChecksum.of(crc, checksumEnd - checksumFrom);
    }

    /** The array that holds the window; valid until the window is moved. */
    public byte[] bytes() {
        return bytes;
    }

    /** The position, in the file, of the first byte of {@link #bytes}. */
    public long start() {
        return start;
    }

    /** How many bytes of {@link #bytes} are the window. */
    public int length() {
        return length;
    }

    /**
     * Moves the window so that it holds the byte at {@code position} of the file.
     *
     * @throws CorruptBlobException when the region, or the blob, ends before
     */
    public void moveTo(long position) throws IOException {
        if (position < regionStart || position >= regionEnd) {
            throw new CorruptBlobException(
                    file.describe(regionStart), position, "more data", "the end of the file at " + regionEnd);
        }
        CRC32 crc = checksum;
        while (crc != null && checksumAt < checksumEnd && position >= checksumAt) {
            moveOn(crc);
        }
        if (position < start || position >= start + length) {
            fetch(position);
        }
    }

    private void moveOn(CRC32 crc) throws IOException {
        fetch(checksumAt);
        long end = Math.min(start + length, checksumEnd);
        crc.update(bytes, (int) (checksumAt - start), (int) (end - checksumAt));
        checksumAt = end;
    }

    private void fetch(long position) throws IOException {
        long end = start + length;
        boolean goesOn = length > 0 && position >= end && position < end + nextSize;
        if (!goesOn) {
            nextSize = sizes.first();
        }
        Future<byte[]> ready = coming;
        coming = null; // should it not be what is wanted, its buffer may still be written to, and is not used again
        if (ready != null && position >= comingStart && position < comingStart + comingLength) {
            take(ready);
        } else {
            readNow(position);
        }
        if (goesOn || goesOnForSure) {
            nextSize = (int) Math.min(sizes.max(), nextSize * 2L);
            fetchAhead(start + length);
        }
    }

    private void take(Future<byte[]> ready) throws IOException {
        length = 0; // should the read fail, the window holds nothing
        byte[] fetched = await(ready);
        spare = bytes;
        bytes = fetched;
        start = comingStart;
        length = comingLength;
    }

    private void readNow(long position) throws IOException {
        int count = count(position);
        byte[] into = buffer(bytes, count);
        length = 0;
        file.read(position, into, 0, count);
        bytes = into;
        start = position;
        length = count;
    }

    private void fetchAhead(long position) {
        if (position >= expectedEnd) {
            return;
        }
        int count = count(position);
        byte[] into = buffer(spare, count);
        spare = NOTHING;
        comingStart = position;
        comingLength = count;
        coming = ReadAhead.begin(() -> {
            file.read(position, into, 0, count);
            return into;
        });
    }

    private int count(long position) {
        return position < expectedEnd
                ? (int) Math.min(nextSize, expectedEnd - position)
                : (int) Math.min(BYTES_BEYOND_END, regionEnd - position);
    }

    private static byte[] buffer(byte[] old, int count) {
        return old.length >= count ? old : new byte[count];
    }

    private static byte[] await(Future<byte[]> future) throws IOException {
        try {
            return future.get(); // bounded by the time-outs of the store
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("Interrupted while waiting for a range of a blob.");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException("Reading ahead failed: " + e.getCause(), e.getCause());
        }
    }
}
