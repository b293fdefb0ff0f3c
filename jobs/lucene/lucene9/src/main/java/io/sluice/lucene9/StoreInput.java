package io.sluice.lucene9;

import io.sluice.snapshot.ByteWindow;
import java.io.EOFException;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.RandomAccessInput;
import org.apache.lucene.util.BitUtil;
import org.jspecify.annotations.Nullable;

/**
 * Reads a region of a shard's file, from memory or through a window of its own. Clones and slices share
 * nothing but memory.
 *
 * <p>Positions are those of the shard's file inside, and begin at 0 outside.
 */
final class StoreInput extends IndexInput implements RandomAccessInput {

    static final int NOT_HERE = -1;

    private static final byte[] NOTHING = new byte[0];

    private final StoreDirectory directory;
    private final Region region;
    private final @Nullable ByteWindow window;

    /** What is read in sequence: {@code buffer[0]} is the byte at {@code bufferAt} of the file. */
    private byte[] buffer = NOTHING;

    private long bufferAt;
    private int position;
    private int limit;

    /** What is read by position. The window serves only one of the two at a time. */
    private byte[] random = NOTHING;

    private long randomAt;
    private int randomLimit;

    private StoreInput(StoreDirectory directory, Region region, @Nullable ByteWindow window) {
        super(region.name());
        this.directory = directory;
        this.region = region;
        this.window = window;
        this.bufferAt = region.start();
        byte[] memory = region.memory();
        if (memory != null) {
            useMemory(memory);
        }
    }

    static StoreInput opened(StoreDirectory directory, Region region) {
        return new StoreInput(directory, region, region.memory() == null ? directory.window(region, true) : null);
    }

    private static StoreInput data(StoreDirectory directory, Region region) {
        return new StoreInput(directory, region, region.memory() == null ? directory.window(region, false) : null);
    }

    /**
     * What Lucene reads stored fields from, itself: older formats are read through a wrapper that turns numbers round, and what is
     * compressed is not to be turned.
     */
    static StoreInput of(DataInput wrapped) {
        if (wrapped instanceof IndexInput file && FilterIndexInput.unwrap(file) instanceof StoreInput in) {
            return in;
        }
        throw new IllegalStateException("stored fields in a " + wrapped.getClass());
    }

    private void useMemory(byte[] memory) {
        buffer = memory;
        bufferAt = region.memoryAt();
        position = (int) (region.start() - bufferAt);
        limit = (int) (region.end() - bufferAt);
        random = memory;
        randomAt = bufferAt;
        randomLimit = limit;
    }

    @Override
    public byte readByte() throws IOException {
        if (position >= limit) {
            refill();
        }
        return buffer[position++];
    }

    @Override
    public void readBytes(byte[] into, int offset, int length) throws IOException {
        if (length <= limit - position) { // nearly always: decompression asks for a few bytes at a time
            System.arraycopy(buffer, position, into, offset, length);
            position += length;
        } else {
            readAcrossWindows(into, offset, length);
        }
    }

    /**
     * Moves over the next bytes if all of them are in {@link #array}.
     *
     * @return where they begin there, or {@link #NOT_HERE}
     */
    int take(int length) {
        if (length < 0 || length > limit - position) {
            return NOT_HERE;
        }
        int at = position;
        position += length;
        return at;
    }

    /** What {@link #take} speaks of; another one after the next read. */
    byte[] array() {
        return buffer;
    }

    /** Moves back over the last of the bytes that were taken. */
    void giveBack(int length) {
        position -= length;
    }

    private void readAcrossWindows(byte[] into, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (position >= limit) {
                refill();
            }
            int count = Math.min(length - done, limit - position);
            System.arraycopy(buffer, position, into, offset + done, count);
            position += count;
            done += count;
        }
    }

    @Override
    public short readShort() throws IOException {
        if (limit - position < Short.BYTES) {
            return super.readShort();
        }
        short value = (short) BitUtil.VH_LE_SHORT.get(buffer, position);
        position += Short.BYTES;
        return value;
    }

    @Override
    public int readInt() throws IOException {
        if (limit - position < Integer.BYTES) {
            return super.readInt();
        }
        int value = (int) BitUtil.VH_LE_INT.get(buffer, position);
        position += Integer.BYTES;
        return value;
    }

    @Override
    public long readLong() throws IOException {
        if (limit - position < Long.BYTES) {
            return super.readLong();
        }
        long value = (long) BitUtil.VH_LE_LONG.get(buffer, position);
        position += Long.BYTES;
        return value;
    }

    /** Moves the window to where the next byte is; the buffer is at its end, or was left by a seek. */
    private void refill() throws IOException {
        long at = bufferAt + position;
        directory.touched(region, at);
        if (at >= region.end() || window == null) {
            throw new EOFException("read past the end of " + region.describe(region.start()) + " at byte " + at);
        }
        randomLimit = 0;
        window.moveTo(at);
        buffer = window.bytes();
        bufferAt = window.start();
        position = (int) (at - bufferAt);
        limit = window.length();
    }

    @Override
    public long getFilePointer() {
        return bufferAt + position - region.start();
    }

    @Override
    public void seek(long target) throws IOException {
        if (target < 0 || target > length()) {
            throw new EOFException(
                    "seek to %d of %d bytes of %s".formatted(target, length(), region.describe(region.start())));
        }
        long at = region.start() + target;
        if (directory.isProbing(region)) {
            throw new StartFound(at);
        }
        if (at >= bufferAt && at <= bufferAt + limit) {
            position = (int) (at - bufferAt);
        } else {
            leaveBufferAt(at);
        }
    }

    private void leaveBufferAt(long at) {
        bufferAt = at;
        position = 0;
        limit = 0;
    }

    @Override
    public long length() {
        return region.length();
    }

    @Override
    public StoreInput clone() {
        StoreInput clone = data(directory, region);
        if (window != null) {
            clone.leaveBufferAt(bufferAt + position);
        } else {
            clone.position = position;
        }
        return clone;
    }

    @Override
    public IndexInput slice(String description, long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset > length() - length) {
            throw new CorruptIndexException(
                    "slice %s of %d bytes at %d leaves %d bytes".formatted(description, length, offset, length()),
                    this);
        }
        long start = region.start() + offset;
        if (region.access() == Access.COMPOUND) {
            return directory.openPart(description, region, start, start + length);
        }
        Region part = new Region(
                region.name(),
                region.access(),
                region.file(),
                start,
                start + length,
                region.memory(),
                region.memoryAt());
        return data(directory, part);
    }

    @Override
    public byte readByte(long at) throws IOException {
        int index = at(at, Byte.BYTES);
        return index >= 0 ? random[index] : (byte) acrossWindows(at, Byte.BYTES);
    }

    @Override
    public short readShort(long at) throws IOException {
        int index = at(at, Short.BYTES);
        return index >= 0 ? (short) BitUtil.VH_LE_SHORT.get(random, index) : (short) acrossWindows(at, Short.BYTES);
    }

    @Override
    public int readInt(long at) throws IOException {
        int index = at(at, Integer.BYTES);
        return index >= 0 ? (int) BitUtil.VH_LE_INT.get(random, index) : (int) acrossWindows(at, Integer.BYTES);
    }

    @Override
    public long readLong(long at) throws IOException {
        int index = at(at, Long.BYTES);
        return index >= 0 ? (long) BitUtil.VH_LE_LONG.get(random, index) : acrossWindows(at, Long.BYTES);
    }

    /** Where in {@link #random} the value begins, or −1 when it is not, or not wholly, there. */
    private int at(long at, int bytes) {
        long index = region.start() + at - randomAt;
        return index >= 0 && index + bytes <= randomLimit ? (int) index : -1;
    }

    private long acrossWindows(long at, int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            long absolute = region.start() + at + i;
            long index = absolute - randomAt;
            if (index < 0 || index >= randomLimit) {
                moveRandom(absolute);
                index = absolute - randomAt;
            }
            value |= (random[(int) index] & 0xFFL) << (Byte.SIZE * i);
        }
        return value;
    }

    private void moveRandom(long absolute) throws IOException {
        directory.touched(region, absolute);
        if (absolute < region.start() || absolute >= region.end() || window == null) {
            throw new EOFException("read past the end of " + region.describe(region.start()) + " at byte " + absolute);
        }
        leaveBufferAt(bufferAt + position);
        window.moveTo(absolute);
        random = window.bytes();
        randomAt = window.start();
        randomLimit = window.length();
    }

    @Override
    public void close() {}
}
