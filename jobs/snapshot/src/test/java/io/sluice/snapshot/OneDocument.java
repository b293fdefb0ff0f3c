package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A cursor that stands on one document. */
final class OneDocument extends BareCursor {

    private final String id;
    private final long version;

    private OneDocument(String id, long version) {
        this.id = id;
        this.version = version;
    }

    static OneDocument of(String id, long version) {
        return new OneDocument(id, version);
    }

    @Override
    public boolean next() {
        return false;
    }

    @Override
    public int number() {
        return 0;
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
    public long version() {
        return version;
    }

    @Override
    public long seqNo() {
        return -1;
    }
}
