package io.sluice.lucene9;

import io.sluice.snapshot.ByteWindow;

/**
 * How a kind of file is read, and so how much of it is asked for at once. Each request to an object store takes
 * some 20 ms, in which it could have sent 1 to 2 MB.
 */
enum Access {
    /** The documents themselves: from one end of a range to the other. Two windows are held, 2 MB. */
    STREAM(256 << 10, 1 << 20),
    /** Doc values: a few bytes per document, of some of the fields in the file. */
    VALUES(16 << 10, 128 << 10),
    /** A compound file: only its header and footer are read through this, the rest through its parts. */
    COMPOUND(Access.HEADER_BYTES, Access.HEADER_BYTES),
    /** Everything that Lucene reads once, from begin to end, when it opens a segment. */
    METADATA(64 << 10, 256 << 10);

    /** A file that is not larger is read in one request and verified, whatever part of it is needed. */
    static final int SMALL_FILE = 16 << 10;

    /** {@link #METADATA} is held in memory up to this size. */
    static final int MAX_METADATA_IN_MEMORY = 1 << 20;

    private static final int HEADER_BYTES = 512;

    /** Each column has up to three windows of two buffers, so that is a sixth of what they take together. */
    private static final int BYTES_OF_ALL_COLUMNS = 2 << 20;

    private static final int LEAST_OF_A_COLUMN = 1 << 10;

    private final int first;
    private final int max;

    Access(int first, int max) {
        this.first = first;
        this.max = max;
    }

    static Access of(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "fdt" -> STREAM;
            case "dvd", "dvp" -> VALUES;
            case "cfs" -> COMPOUND;
            default -> METADATA;
        };
    }

    /** @param opening whether this is the input that Lucene opened, from which it reads no more than header and footer */
    ByteWindow.Sizes sizes(boolean opening) {
        return opening && this != METADATA
                ? new ByteWindow.Sizes(HEADER_BYTES, HEADER_BYTES)
                : new ByteWindow.Sizes(first, max);
    }

    /** @param columns how many columns of doc values are read side by side */
    ByteWindow.Sizes sizes(boolean opening, int columns) {
        ByteWindow.Sizes alone = sizes(opening);
        if (this != VALUES || columns == 0) {
            return alone;
        }
        int share = Math.max(LEAST_OF_A_COLUMN, BYTES_OF_ALL_COLUMNS / columns);
        return new ByteWindow.Sizes(Math.min(alone.first(), share), Math.min(alone.max(), share));
    }

    boolean isHeldInMemory(long length) {
        return length <= (this == METADATA ? MAX_METADATA_IN_MEMORY : SMALL_FILE);
    }
}
