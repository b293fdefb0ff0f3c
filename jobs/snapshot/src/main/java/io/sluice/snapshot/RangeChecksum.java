package io.sluice.snapshot;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What was found, and what is expected, of the bytes of one range of documents.
 *
 * <p>Every byte of a segment's stored-fields data belongs to one range, whichever way the segment is cut: those before
 * the chunk of its first document to the range before, the file's header to the first, and all but the checksum of the
 * footer to the last. So the ranges' checksums, one behind the other, are that of the file.
 *
 * @param bytes of the bytes that belong to the range, as they were read
 * @param file what the whole file says of itself, if the range is its last; else null
 */
public record RangeChecksum(ByteChecksum bytes, @Nullable FileChecksum file) implements Serializable {

    /** The same with the bytes before it that belong to it, too. */
    public RangeChecksum behind(ByteChecksum before) {
        return new RangeChecksum(before.then(bytes), file);
    }
}
