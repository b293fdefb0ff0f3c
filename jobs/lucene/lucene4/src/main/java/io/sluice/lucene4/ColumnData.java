package io.sluice.lucene4;

import io.sluice.snapshot.ByteWindow;
import java.io.IOException;

/** The bytes of a doc-values data file by position from its beginning, through a window of one cursor. */
final class ColumnData {

    /** A few bytes per document, of some of the fields in the file. */
    private static final ByteWindow.Sizes SIZES = new ByteWindow.Sizes(16 << 10, 128 << 10);

    private final InnerFile file;
    private final ByteWindow window;

    ColumnData(InnerFile file) {
        this.file = file;
        this.window = new ByteWindow(file.file(), file.start(), file.end(), SIZES);
    }

    InnerFile file() {
        return file;
    }

    int readByte(long at) throws IOException {
        long position = file.start() + at;
        long index = position - window.start();
        if (index < 0 || index >= window.length()) {
            window.moveTo(position);
            index = position - window.start();
        }
        return window.bytes()[(int) index] & 0xFF;
    }

    /** The {@code count} bits, 0 to 64, that begin at bit {@code bit} behind {@code at}; the highest first. */
    long readBits(long at, long bit, int count) throws IOException {
        long first = file.start() + at + (bit >>> 3);
        long index = first - window.start();
        if (index >= 0 && index + Long.BYTES + 1 <= window.length()) {
            return Packed.bits(window.bytes(), (index << 3) + (bit & 7), count);
        }
        byte[] copy = new byte[Long.BYTES + 1];
        int needed = (int) (((bit & 7) + count + 7) >>> 3);
        for (int i = 0; i < needed; i++) {
            copy[i] = (byte) readByte(at + (bit >>> 3) + i);
        }
        return Packed.bits(copy, bit & 7, count);
    }

    long readLong(long at) throws IOException {
        return readBits(at, 0, Long.SIZE);
    }

    int readInt(long at) throws IOException {
        return (int) readBits(at, 0, Integer.SIZE);
    }

    int readShort(long at) throws IOException {
        return (int) readBits(at, 0, Short.SIZE);
    }
}
