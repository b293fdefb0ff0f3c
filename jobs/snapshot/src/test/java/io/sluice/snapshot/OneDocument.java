package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** A cursor that stands on one document. */
record OneDocument(String id, long version, int number) implements DocumentCursor {

    static OneDocument of(String id, long version) {
        return new OneDocument(id, version, 0);
    }

    @Override
    public boolean next() {
        return false;
    }

    @Override
    public byte[] idBytes() {
        return (id + "of the document before").getBytes(UTF_8);
    }

    @Override
    public int idLength() {
        return id.getBytes(UTF_8).length;
    }

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
    public long seqNo() {
        return -1;
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
