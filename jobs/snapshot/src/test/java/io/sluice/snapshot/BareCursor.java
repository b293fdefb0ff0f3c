package io.sluice.snapshot;

import org.jspecify.annotations.Nullable;

/** A cursor over documents that have an id, a version and a sequence number, and nothing else. */
abstract class BareCursor implements DocumentCursor {

    @Override
    public byte[] routingBytes() {
        return new byte[0];
    }

    @Override
    public int routingLength() {
        return -1;
    }

    @Override
    public @Nullable String type() {
        return null;
    }

    @Override
    public byte[] sourceBytes() {
        return new byte[0];
    }

    @Override
    public int sourceOffset() {
        return 0;
    }

    @Override
    public int sourceLength() {
        return -1;
    }

    @Override
    public RangeChecksum checksum() {
        return new RangeChecksum(ByteChecksum.EMPTY, null);
    }

    @Override
    public void close() {}
}
