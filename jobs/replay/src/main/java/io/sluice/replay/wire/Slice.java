package io.sluice.replay.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a {@link ByteString} lie, without copying them. They must not be changed. */
public final class Slice extends ByteOutput {

    private byte[] array = new byte[0];
    private int offset;
    private int length;
    private int pieces;

    private Slice() {}

    /** Those of one that lies in one piece are shared, others are copied. */
    public static Slice of(ByteString bytes) {
        Slice slice = new Slice();
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, slice);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is written anywhere", e);
        }
        if (slice.pieces > 1) {
            slice.take(bytes.toByteArray(), 0, bytes.size());
        }
        return slice;
    }

    private void take(byte[] bytes, int from, int count) {
        array = bytes;
        offset = from;
        length = count;
        pieces++;
    }

    public byte[] array() {
        return array;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    @Override
    public void write(byte value) {
        take(new byte[] {value}, 0, 1);
    }

    @Override
    public void write(byte[] value, int from, int count) {
        take(value.clone(), from, count);
    }

    @Override
    public void writeLazy(byte[] value, int from, int count) {
        take(value, from, count);
    }

    @Override
    public void write(ByteBuffer value) {
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        take(copy, 0, copy.length);
    }

    @Override
    public void writeLazy(ByteBuffer value) {
        write(value);
    }
}
