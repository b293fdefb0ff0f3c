package io.sluice.lucene4;

import java.io.IOException;

/** Reads numbers one after the other out of a doc-values data file. */
final class DataSequence {

    private final ColumnData data;
    private long position;

    DataSequence(ColumnData data, long position) {
        this.data = data;
        this.position = position;
    }

    long position() {
        return position;
    }

    int readByte() throws IOException {
        return data.readByte(position++);
    }

    long readLong() throws IOException {
        long value = data.readLong(position);
        position += Long.BYTES;
        return value;
    }

    int readVInt() throws IOException {
        return (int) readVLong();
    }

    /** Any 64 bits in at most nine bytes: the ninth has eight of them. */
    long readVLong() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 56; shift += 7) {
            int next = readByte();
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        return value | (long) readByte() << 56;
    }
}
