package io.sluice.verify;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
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
 * @param place its {@link SnapshotPlace}, where it was read from a snapshot; else empty
 */
record Seen(
        long high,
        long low,
        boolean isBare,
        long mark,
        String index,
        @Nullable String type,
        String place) {

    static final long UNKNOWN = -1;

    /** In the place of the hash of what was not read, as it is what it was when both sides were equal. No document has it. */
    private static final long UNCHANGED = 0x5EED_0F_A_C1A1L;

    /** One of a cluster. */
    Seen(long high, long low, boolean isBare, long mark, String index, @Nullable String type) {
        this(high, low, isBare, mark, index, type, "");
    }

    /** One that was not written since it was verified. It is met by its like alone. */
    static Seen unchanged(long mark, String index, @Nullable String type) {
        return new Seen(UNCHANGED, UNCHANGED, false, mark, index, type);
    }

    private boolean isUnread() {
        return high == UNCHANGED && low == UNCHANGED;
    }

    /**
     * Whether a document of the target is as this one of the source says, as far as it says anything. A target without a source lacks
     * what this one has.
     */
    boolean isMetBy(Seen atTarget) {
        return isBare || (!atTarget.isBare && high == atTarget.high && low == atTarget.low);
    }

    /**
     * Whether this side's document has not changed between the two, as far as is known: one whose mark was not told the first time is looked
     * at once more. Marks begin anew in an index that was made again.
     */
    boolean isSameAs(Seen earlier) {
        if (isUnread() != earlier.isUnread()) {
            return mark != UNKNOWN && mark == earlier.mark; // of one of them nothing else is known
        }
        return mark == earlier.mark && high == earlier.high && low == earlier.low;
    }

    /** Whether both are of one document, as it is now and as it was. */
    boolean isOfSamePlace(Seen other) {
        return index.equals(other.index) && Objects.equals(type, other.type);
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
        out.writeUTF(place);
    }

    static Seen read(DataInput in) throws IOException {
        return new Seen(
                in.readLong(),
                in.readLong(),
                in.readBoolean(),
                in.readLong(),
                in.readUTF(),
                in.readBoolean() ? in.readUTF() : null,
                in.readUTF());
    }
}
