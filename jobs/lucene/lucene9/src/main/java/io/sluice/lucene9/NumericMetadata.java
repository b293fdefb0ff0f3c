package io.sluice.lucene9;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.IndexInput;

/**
 * Reads the metadata of doc values, {@code .dvm}, and keeps what it says of numeric fields.
 *
 * <pre>
 *   metadata  := index header ("Lucene90DocValuesMetadata", version)
 *                (field:i32 type:u8 skipIndex values){}  −1:i32  footer
 *   skipIndex := at:i64 length:i64 max:i64 min:i64 documents:i32 highest:i32      (for a field that has one)
 *                mostValues:i32                                                   (version ≥ 2, Lucene 10.6)
 *   values    := numeric                                                          (type 0)
 *              | binary                                                           (type 1)
 *              | numeric terms                                                    (type 2, sorted)
 *              | 0:u8 numeric terms  |  1:u8 numerics terms                       (type 3, sorted set)
 *              | numerics                                                         (type 4, sorted numeric)
 *   numeric   := documentsAt:i64 documentsLength:i64 jumpTableEntries:i16 rankPower:u8 values:i64
 *                packing:i32 (value:i64){packing} bits:u8 min:i64 factor:i64
 *                valuesAt:i64 valuesLength:i64 blocksAt:i64
 *                              packing &lt; −1 says blocks of 2^(−2 − packing) values
 *   numerics  := numeric documents:i32  addresses(documents + 1)                  (when documents ≠ values)
 *   binary    := at:i64 length:i64 documentsAt:i64 documentsLength:i64 jumpTableEntries:i16 rankPower:u8
 *                documents:i32 shortest:i32 longest:i32  addresses(documents + 1) (when shortest &lt; longest)
 *   addresses(n) := at:i64 shift:vint monotonic(n) length:i64
 *   monotonic(n) := 21 bytes for each 2^shift of n
 *   terms     := size:vlong shift:i32 monotonic(size / 64 rounded up) longest:i32 longestBlock:i32 (i64){4}
 *                indexShift:i32 monotonic(1 + size / 2^indexShift rounded up) (i64){4}
 * </pre>
 *
 * Little-endian. From version 1 (Lucene 10.5) the skip indexes are in a file of their own, {@code .dvs}, from
 * version 3 (Lucene 10.6) the sets of documents too, {@code .dvp}; the metadata say the same of them.
 */
final class NumericMetadata {

    static final int VERSION_DOCUMENTS_APART = 3;
    static final int NEWEST_VERSION = VERSION_DOCUMENTS_APART;

    private static final int VERSION_MOST_VALUES = 2;

    private static final Visitor NOBODY = new Visitor() {
        @Override
        public void skipIndex(long from, long to) {}

        @Override
        public void documentsAt(long position) {}
    };

    private static final int MONOTONIC_BLOCK_BYTES = 8 + 4 + 8 + 1;
    private static final int SKIP_INDEX_BYTES = 4 * Long.BYTES + 2 * Integer.BYTES;
    private static final int BINARY_BYTES = 4 * Long.BYTES + Short.BYTES + Byte.BYTES;
    private static final int TERMS_PER_BLOCK = 64;

    private final IndexInput in;
    private final int version;
    private final Visitor visitor;

    private NumericMetadata(IndexInput in, int version, Visitor visitor) {
        this.in = in;
        this.version = version;
        this.visitor = visitor;
    }

    /** Is told where something is in the metadata, as places in their file. */
    interface Visitor {

        /** What a field's skip index is described by. */
        void skipIndex(long from, long to) throws IOException;

        /** The 8 bytes that say where a set of documents begins. */
        void documentsAt(long position) throws IOException;
    }

    /**
     * Reads on behind the header, up to the footer.
     *
     * @param withSkipIndex the numbers of fields that have a skip index
     * @return the numeric fields by their number
     */
    static Map<Integer, NumericEntry> read(IndexInput in, int version, BitSet withSkipIndex) throws IOException {
        return read(in, version, withSkipIndex, NOBODY);
    }

    /** The same with somebody who is told of places. */
    static Map<Integer, NumericEntry> read(IndexInput in, int version, BitSet withSkipIndex, Visitor visitor)
            throws IOException {
        return new NumericMetadata(in, version, visitor).fields(withSkipIndex);
    }

    private Map<Integer, NumericEntry> fields(BitSet withSkipIndex) throws IOException {
        Map<Integer, NumericEntry> numerics = new HashMap<>();
        for (int field = in.readInt(); field != -1; field = in.readInt()) {
            if (field < 0) {
                throw new CorruptIndexException("a field of number " + field, in);
            }
            int type = in.readByte();
            if (withSkipIndex.get(field)) {
                long from = in.getFilePointer();
                skip(SKIP_INDEX_BYTES + (version >= VERSION_MOST_VALUES ? Integer.BYTES : 0));
                visitor.skipIndex(from, in.getFilePointer());
            }
            switch (type) {
                case 0 -> numerics.put(field, numeric());
                case 1 -> skipBinary();
                case 2 -> skipSorted();
                case 3 -> skipSortedSet();
                case 4 -> skipSortedNumeric();
                default -> throw new CorruptIndexException("doc values of type " + type, in);
            }
        }
        return numerics;
    }

    private NumericEntry numeric() throws IOException {
        visitor.documentsAt(in.getFilePointer());
        return NumericEntry.read(in);
    }

    private void skipBinary() throws IOException {
        visitor.documentsAt(in.getFilePointer() + 2 * Long.BYTES);
        skip(BINARY_BYTES);
        int documents = in.readInt();
        int shortest = in.readInt();
        int longest = in.readInt();
        if (shortest < longest) {
            skipAddresses(documents + 1L);
        }
    }

    private void skipSorted() throws IOException {
        numeric();
        skipTerms();
    }

    private void skipSortedSet() throws IOException {
        int isMultiple = in.readByte();
        switch (isMultiple) {
            case 0 -> skipSorted();
            case 1 -> {
                skipSortedNumeric();
                skipTerms();
            }
            default -> throw new CorruptIndexException("a boolean of " + isMultiple, in);
        }
    }

    private void skipSortedNumeric() throws IOException {
        NumericEntry numbers = numeric();
        int documents = in.readInt();
        if (documents != numbers.values()) {
            skipAddresses(documents + 1L);
        }
    }

    private void skipAddresses(long count) throws IOException {
        skip(Long.BYTES);
        skipMonotonic(count, in.readVInt());
        skip(Long.BYTES);
    }

    private void skipTerms() throws IOException {
        long size = in.readVLong();
        int shift = in.readInt();
        skipMonotonic(blocks(size, TERMS_PER_BLOCK), shift);
        skip(2 * Integer.BYTES + 4 * Long.BYTES);
        int indexShift = in.readInt();
        skipMonotonic(1 + blocks(size, 1L << indexShift), shift);
        skip(4 * Long.BYTES);
    }

    private void skipMonotonic(long values, int shift) throws IOException {
        skip(MONOTONIC_BLOCK_BYTES * blocks(values, 1L << shift));
    }

    private static long blocks(long values, long perBlock) {
        return (values - 1 + perBlock) / perBlock;
    }

    private void skip(long bytes) throws IOException {
        if (bytes < 0 || bytes > in.length() - in.getFilePointer()) {
            throw new CorruptIndexException(bytes + " bytes of metadata", in);
        }
        in.skipBytes(bytes);
    }
}
