package io.sluice.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** An open shard. Belongs to one thread. */
public interface ShardReader extends Closeable {

    /** Its segments in commit order, which never changes. */
    List<Segment> segments();

    /**
     * Reads the documents numbered {@code from} (inclusive) to {@code to} (exclusive) of a segment, in order.
     *
     * <p>The cursor takes the checksum of what passes by ({@link DocumentCursor#checksum}). One over the whole segment
     * compares it, too: its {@link DocumentCursor#next} throws {@link CorruptBlobException} instead of
     * saying that there are no more when it does not match.
     *
     * @param segment a {@link Segment#name}
     */
    DocumentCursor documents(String segment, int from, int to) throws IOException;

    /**
     * The same with a cursor that shows {@linkplain DocumentCursor#fields fields}, too.
     *
     * @throws UnknownCodecException when the reader knows nothing of this shard's fields
     */
    default DocumentCursor documents(String segment, int from, int to, FieldSelection fields) throws IOException {
        if (fields.isEmpty()) {
            return documents(segment, from, to);
        }
        throw new UnknownCodecException("Segment " + segment, "fields besides the source", "Lucene 7 and later");
    }

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
