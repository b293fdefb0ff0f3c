package io.sluice.lucene4;

import io.sluice.snapshot.CommittedSegment;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which documents of a segment are not deleted: {@code .del} of segments of Lucene 4, {@code .liv} of later ones.
 *
 * <pre>
 *   liv    := header  words:i64{(documents + 63) / 64}  footer            document d is bit d % 64 of its word
 *   del    := [0xFFFFFFFE:i32  "BitVector" header]  (bits | gaps)  [footer]
 *   bits   := documents:i32  live:i32  byte{(documents + 7) / 8}          document d is bit d % 8 of its byte
 *   gaps   := −1:i32  documents:i32  live:i32  (distance:vint byte)…      the bytes in which some are deleted
 * </pre>
 *
 * A bit says that the document is live; in the first versions of {@code .del}, that it is deleted.
 */
abstract sealed class LiveDocs {

    /** The first that marks what is live, not what is deleted. */
    private static final int LIVE_BITS = 1;

    private static final int WITH_FOOTER = 2;

    private LiveDocs() {}

    abstract boolean isLive(int document);

    /** A segment from which nothing was deleted. */
    static LiveDocs all() {
        return new AllBut(new int[0]);
    }

    static LiveDocs read(SegmentFiles files, SegmentInfo info, CommittedSegment segment) throws IOException {
        if (segment.deletionGeneration() == -1) {
            return all();
        }
        String generation = "_" + Long.toString(segment.deletionGeneration(), Character.MAX_RADIX);
        return info.id().length == 0
                ? readDel(files.outside(generation + ".del"), info, segment)
                : readLiv(files.outside(generation + ".liv"), info, segment);
    }

    private static LiveDocs readLiv(InnerFile file, SegmentInfo info, CommittedSegment segment) throws IOException {
        Input in = file.whole();
        file.verify(in);
        file.header(in, "Lucene50LiveDocs", info.id());
        int words = (int) ((info.documents() + 63L) >>> 6);
        if (in.remaining() != (long) words * Long.BYTES) {
            throw in.corrupt(words + " words", in.remaining() + " bytes");
        }
        byte[] bits = new byte[words * Long.BYTES];
        for (int word = 0; word < words; word++) {
            long value = in.readLong();
            for (int i = 0; i < Long.BYTES; i++) {
                bits[word * Long.BYTES + i] = (byte) (value >>> (i * Byte.SIZE));
            }
        }
        return checked(new Bits(bits, true), in, info, segment);
    }

    private static LiveDocs readDel(InnerFile file, SegmentInfo info, CommittedSegment segment) throws IOException {
        Input in = file.whole();
        int first = in.readInt();
        int version = -1;
        if (first == -2) {
            version = file.header(in, "BitVector", info.id()).version();
            if (version >= WITH_FOOTER) {
                file.verify(in);
            }
            first = in.readInt();
        }
        boolean isGaps = first == -1;
        int documents = isGaps ? in.readInt() : first;
        if (documents != info.documents()) {
            throw in.corrupt("marks of " + info.documents() + " documents", "of " + documents);
        }
        int count = in.readInt();
        boolean marksLive = version >= LIVE_BITS;
        if (isGaps) {
            return checked(gaps(in, documents, marksLive ? documents - count : count, marksLive), in, info, segment);
        }
        byte[] bits = new byte[in.requireBytes((documents + 7L) >>> 3)];
        System.arraycopy(in.bytes(), in.position(), bits, 0, bits.length);
        return checked(new Bits(bits, marksLive), in, info, segment);
    }

    private static LiveDocs gaps(Input in, int documents, int deleted, boolean marksLive) throws IOException {
        if (deleted < 0 || deleted > (long) in.remaining() * Byte.SIZE) {
            throw in.corrupt("marks of deleted documents in %d bytes".formatted(in.remaining()), deleted + " of them");
        }
        int[] numbers = new int[deleted];
        int found = 0;
        long at = 0;
        while (found < deleted) {
            at += in.readVInt();
            int marks = in.readByte() ^ (marksLive ? 0xFF : 0);
            int before = found;
            for (int bit = 0; bit < Byte.SIZE && found < deleted; bit++) {
                long document = (at << 3) + bit;
                if ((marks >>> bit & 1) == 1 && document >= 0 && document < documents) {
                    numbers[found++] = (int) document;
                }
            }
            if (found == before) {
                throw in.corrupt("a byte with a deleted document", "none in byte " + at);
            }
        }
        return new AllBut(numbers);
    }

    /** The commit knows how many are deleted: a wrong mark would lose a document, or bring one back. */
    private static LiveDocs checked(LiveDocs live, Input in, SegmentInfo info, CommittedSegment segment)
            throws IOException {
        int deleted = live.deletedOf(info.documents());
        if (deleted != segment.deleted()) {
            throw in.corrupt(segment.deleted() + " deleted documents, as the commit says", Integer.toString(deleted));
        }
        return live;
    }

    abstract int deletedOf(int documents);

    /** One bit a document. */
    private static final class Bits extends LiveDocs {

        private final byte[] bits;
        private final int live;

        Bits(byte[] bits, boolean marksLive) {
            this.bits = bits;
            this.live = marksLive ? 1 : 0;
        }

        @Override
        boolean isLive(int document) {
            return (bits[document >>> 3] >>> (document & 7) & 1) == live;
        }

        @Override
        int deletedOf(int documents) {
            int deleted = 0;
            for (int document = 0; document < documents; document++) {
                deleted += isLive(document) ? 0 : 1;
            }
            return deleted;
        }
    }

    /** The deleted documents, in order: a segment may have hundreds of millions of which few are. */
    private static final class AllBut extends LiveDocs {

        private final int[] deleted;

        AllBut(int[] deleted) {
            this.deleted = deleted;
        }

        @Override
        boolean isLive(int document) {
            return deleted.length == 0 || Arrays.binarySearch(deleted, document) < 0;
        }

        @Override
        int deletedOf(int documents) {
            return deleted.length;
        }
    }
}
