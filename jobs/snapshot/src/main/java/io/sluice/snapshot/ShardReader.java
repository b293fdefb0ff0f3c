package io.sluice.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** An open shard. Belongs to one thread. */
public interface ShardReader extends Closeable {

    /** Its segments in commit order, which never changes. */
    List<Segment> segments();

    /**
     * Reads the documents numbered {@code from} (inclusive) to {@code to} (exclusive) of a segment, in order.
     *
     * <p>Unless a filter makes it skip bytes, the cursor takes the checksum of what passes by ({@link DocumentCursor#checksum}). One over the whole segment
     * compares it, too: its {@link DocumentCursor#next} throws {@link CorruptBlobException} instead of
     * saying that there are no more when it does not match.
     *
     * @param segment a {@link Segment#name}
     */
    default DocumentCursor documents(String segment, int from, int to) throws IOException {
        return documents(segment, from, to, FieldSelection.NONE, DocumentFilter.all());
    }

    /** The same with a cursor that shows {@linkplain DocumentCursor#fields fields}, too. */
    default DocumentCursor documents(String segment, int from, int to, FieldSelection fields) throws IOException {
        return documents(segment, from, to, fields, DocumentFilter.all());
    }

    /**
     * The same with a cursor that shows {@linkplain DocumentCursor#fields fields}, too, and passes over those documents that
     * a filter does not want.
     *
     * @throws UnknownCodecException when the reader knows nothing of this shard's fields
     */
    DocumentCursor documents(String segment, int from, int to, FieldSelection fields, DocumentFilter filter)
            throws IOException;

    /**
     * The live documents of a segment, nested children included. Reads what says which are deleted and nothing else.
     *
     * @param segment a {@link Segment#name}
     */
    BitSet live(String segment) throws IOException;

    /**
     * Shows every live document of a segment, nested children included, in order and without reading stored fields.
     *
     * @param segment a {@link Segment#name}
     */
    void operations(String segment, OperationVisitor visitor) throws IOException;

    /**
     * Reads the bytes that belong to the documents {@code from} to {@code to} of a segment, as {@link
     * RangeChecksum} says, for their checksum alone.
     *
     * @param segment a {@link Segment#name}
     */
    ByteChecksum checksum(String segment, int from, int to) throws IOException;

    /**
     * Reads the whole stored-fields data of a segment and compares it with its checksum.
     *
     * @param segment a {@link Segment#name}
     * @throws CorruptBlobException when they differ
     */
    void verify(String segment) throws IOException;

    @Override
    void close() throws IOException;
}
