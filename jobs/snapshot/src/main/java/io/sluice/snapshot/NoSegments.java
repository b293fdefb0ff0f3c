package io.sluice.snapshot;

import java.util.BitSet;
import java.util.List;

/** Stands for a shard of which nobody wants to read anything. */
final class NoSegments implements ShardReader {

    @Override
    public List<Segment> segments() {
        return List.of();
    }

    @Override
    public DocumentCursor documents(String segment, int from, int to, FieldSelection fields, DocumentFilter filter) {
        throw unknown(segment);
    }

    @Override
    public BitSet live(String segment) {
        throw unknown(segment);
    }

    @Override
    public void operations(String segment, OperationVisitor visitor) {
        throw unknown(segment);
    }

    @Override
    public ByteChecksum checksum(String segment, int from, int to) {
        throw unknown(segment);
    }

    @Override
    public void verify(String segment) {
        throw unknown(segment);
    }

    private static IllegalArgumentException unknown(String segment) {
        return new IllegalArgumentException("Segment " + segment + " of a shard in which nothing changed");
    }

    @Override
    public void close() {}
}
