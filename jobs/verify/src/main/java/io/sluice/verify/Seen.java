package io.sluice.verify;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A document as one side showed it.
 *
 * @param high of the hash of its source, shaped by the rules
 * @param low of the same
 * @param isBare whether it has no source that could be compared
 * @param mark changes whenever the document does: at the source its sequence number or version, at the target its version;
 *     {@link #UNKNOWN} where nothing tells
 * @param index where it lies, on its own side
 * @param type its mapping type at the source; null where it has none
 */
record Seen(
        long high,
        long low,
        boolean isBare,
        long mark,
        String index,
        @Nullable String type) {

    static final long UNKNOWN = -1;

    /** Whether nothing that can be compared tells them apart. */
    boolean isEqualTo(Seen other) {
        return isBare || other.isBare || (high == other.high && low == other.low);
    }

    /** Whether this side's document has not changed between the two. Marks begin anew in an index that was made again. */
    boolean isSameAs(Seen earlier) {
        boolean hasSameMark = mark == UNKNOWN || earlier.mark == UNKNOWN || mark == earlier.mark;
        return hasSameMark && high == earlier.high && low == earlier.low;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(high);
        out.writeLong(low);
        out.writeBoolean(isBare);
        out.writeLong(mark);
        out.writeUTF(index);
        out.writeBoolean(type != null);
        if (type != null) {
            out.writeUTF(type);
        }
    }

    static Seen read(DataInput in) throws IOException {
        return new Seen(
                in.readLong(),
                in.readLong(),
                in.readBoolean(),
                in.readLong(),
                in.readUTF(),
                in.readBoolean() ? in.readUTF() : null);
    }
}
