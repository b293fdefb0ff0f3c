package io.sluice.capture.journal;

/** Reads the entries of a journal in order. Used by one thread; what it stands on must not have been acknowledged. */
public final class Cursor {

    private final Journal journal;
    private final int segmentBytes;
    private Segment segment;
    private int offset;
    private int length;
    private int keyLength;

    Cursor(Journal journal, long position) {
        this.journal = journal;
        this.segmentBytes = journal.segmentBytes();
        this.segment = journal.segment(position / segmentBytes);
        this.offset = (int) (position % segmentBytes);
    }

    /** Steps onto the next entry, if there is one, without going past it. */
    public boolean peek() {
        if (position() >= journal.tail()) {
            return false;
        }
        int found = segment.length(offset);
        if (found == Segment.CONTINUES) {
            segment = journal.segment(segment.sequence() + 1);
            offset = Segment.HEADER;
            return peek();
        }
        length = found;
        keyLength = segment.keyLength(offset);
        return true;
    }

    /** Goes past the entry. */
    public void next() {
        offset += Segment.span(0, length);
    }

    /** The position of the entry, or where the next one will be. */
    public long position() {
        return segment.sequence() * segmentBytes + offset;
    }

    /** The position behind the entry. */
    public long end() {
        return position() + Segment.span(0, length);
    }

    /** The partition that the entry is for. */
    public int partition() {
        return segment.partition(offset);
    }

    /** The entry's stamp. */
    public long stamp() {
        return segment.stamp(offset);
    }

    /** How many bytes key and record have. */
    public int bytes() {
        return length;
    }

    /** A copy of the key; empty if it has none. */
    public byte[] key() {
        return segment.copy(offset + Segment.ENTRY_HEADER, keyLength);
    }

    /** A copy of the record. */
    public byte[] record() {
        return segment.copy(offset + Segment.ENTRY_HEADER + keyLength, length - keyLength);
    }
}
