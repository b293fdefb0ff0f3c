package io.sluice.snapshot;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the documents of a range. What it shows of a document is valid until the next call of
 * {@link #next}; arrays are reused and must be copied by whoever keeps them.
 *
 * <p>Only root documents that a client could get are shown: deleted and soft-deleted ones, tombstones
 * and nested children are passed over and are no loss.
 */
public interface DocumentCursor extends Closeable {

    /** Moves to the next document; false at the end of the range. */
    boolean next() throws IOException;

    /**
     * How many documents the filter that it was opened with made it pass over in the last {@link #next}: root documents, as far as
     * that can be told without reading them (nested children of indices made before Elasticsearch 6.1 count, too).
     */
    default int passedOver() {
        return 0;
    }

    /** The Lucene number of the document it stands on. */
    int number();

    /** The document's id, as UTF-8 in {@code idBytes()[0, idLength())}. */
    byte[] idBytes();

    int idLength();

    /** The routing as UTF-8 in {@code routingBytes()[0, routingLength())}; a length of −1 says there is none. */
    byte[] routingBytes();

    int routingLength();

    /** The mapping type of an index that has types in its ids, else null. */
    @Nullable
    String type();

    /** {@code _version}, or −1 where the segment has none. */
    long version();

    /** {@code _seq_no}, or −1 where the segment has none. */
    long seqNo();

    /**
     * The source exactly as stored, in {@code sourceBytes()[sourceOffset(), +sourceLength())}; a length of
     * −1 says that none is stored.
     */
    byte[] sourceBytes();

    int sourceOffset();

    int sourceLength();

    /**
     * Whether the source is what the client sent, whatever the mapping leaves out of what is stored: shards keep the original
     * of such a document beside it until no replica needs it any more.
     */
    default boolean isSourceForRecovery() {
        return false;
    }

    /** The values of the fields that the cursor was opened with. */
    default FieldValues fields() {
        throw new IllegalStateException("The cursor was opened without a selection of fields");
    }

    /**
     * The checksum of the bytes that belong to the range; not of a cursor whose filter {@linkplain DocumentFilter#skipsBytes skips} some. What {@link #next} had no need of is read for it now.
     *
     * @throws CorruptBlobException when the footer of the file is not one
     */
    RangeChecksum checksum() throws IOException;

    @Override
    void close() throws IOException;
}
