package io.sluice.lucene9;

import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.IndexInput;
import org.jspecify.annotations.Nullable;

/**
 * Where the numbers of a field are and how they are packed, as {@link NumericMetadata} has it.
 *
 * @param documentsAt where the set of documents that have a value begins; {@link #ALL} or {@link #NONE}
 * @param documentsLength how many bytes it takes
 * @param jumpTableEntries of that set
 * @param rankPower of that set
 * @param values how many there are
 * @param table values by their packed number, or null
 * @param blockShift blocks of 2^this values are packed each in its own way; −1 when all are packed alike
 * @param bits of a packed number, when all are packed alike; 0 says that all values are {@code min}
 * @param min what is added to a packed number
 * @param factor what a packed number is multiplied with before
 * @param valuesAt where the packed numbers begin
 * @param valuesLength how many bytes they take
 * @param blocksAt where the table of the blocks' places begins; −1 when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NumericEntry(
        long documentsAt,
        long documentsLength,
        short jumpTableEntries,
        byte rankPower,
        long values,
        long @Nullable [] table,
        int blockShift,
        byte bits,
        long min,
        long factor,
        long valuesAt,
        long valuesLength,
        long blocksAt) {

    /** Every document has a value. */
    static final long ALL = -1;

    /** No document has a value. */
    static final long NONE = -2;

    private static final int MAX_TABLE = 256;
    private static final int MAX_BLOCK_SHIFT = 30;

    static NumericEntry read(IndexInput meta) throws IOException {
        long documentsAt = meta.readLong();
        long documentsLength = meta.readLong();
        short jumpTableEntries = meta.readShort();
        byte rankPower = meta.readByte();
        long values = meta.readLong();
        int packing = meta.readInt();
        if (values < 0 || packing > MAX_TABLE || packing < -2 - MAX_BLOCK_SHIFT) {
            throw new CorruptIndexException(values + " values of packing " + packing, meta);
        }
        long[] table = packing < 0 ? null : table(meta, packing);
        return new NumericEntry(
                documentsAt,
                documentsLength,
                jumpTableEntries,
                rankPower,
                values,
                table,
                packing < -1 ? -2 - packing : -1,
                meta.readByte(),
                meta.readLong(),
                meta.readLong(),
                meta.readLong(),
                meta.readLong(),
                meta.readLong());
    }

    private static long[] table(IndexInput meta, int size) throws IOException {
        long[] table = new long[size];
        for (int i = 0; i < size; i++) {
            table[i] = meta.readLong();
        }
        return table;
    }
}
