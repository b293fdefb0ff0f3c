package io.sluice.capture.journal;

import java.nio.ByteBuffer;

/** A draft of ready bytes. */
record Bytes(byte[] key, byte[] record) implements Draft {

    static Bytes of(int size, int fill) {
        byte[] record = new byte[size];
        java.util.Arrays.fill(record, (byte) fill);
        return new Bytes(new byte[0], record);
    }

    @Override
    public int keyLength() {
        return key.length;
    }

    @Override
    public int size() {
        return record.length;
    }

    @Override
    public void writeKey(ByteBuffer out) {
        out.put(key);
    }

    @Override
    public void write(ByteBuffer out, long stamp) {
        out.put(record);
    }
}
