package io.sluice.lucene4;

import io.sluice.snapshot.CorruptBlobException;
import java.io.IOException;

/** Numbers by their place in a list; asked for in growing order. */
interface Numbers {

    long get(long index) throws IOException;

    static Numbers constant(long value) {
        return index -> value;
    }

    /** One behind the other, from {@code offset} on. */
    static Numbers packed(ColumnData data, long offset, int bits) {
        return index -> data.readBits(offset, index * bits, bits);
    }

    static Numbers linear(Numbers of, long first, long factor) {
        return index -> first + factor * of.get(index);
    }

    /**
     * Numbers of which there are few different ones.
     *
     * @param of places in the table
     */
    static Numbers table(Numbers of, long[] table, ColumnData data, long offset) {
        return index -> {
            long at = of.get(index);
            if (at < 0 || at >= table.length) {
                throw damaged(data, offset, "a place in a table of " + table.length, at);
            }
            return table[(int) at];
        };
    }

    static CorruptBlobException damaged(ColumnData data, long offset, String expected, long found) {
        InnerFile file = data.file();
        return file.corrupt(file.start() + offset, expected, Long.toString(found));
    }
}
