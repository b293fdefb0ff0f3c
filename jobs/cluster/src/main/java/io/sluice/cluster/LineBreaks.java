package io.sluice.cluster;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Turns raw line breaks of JSON, which can only be white space between its tokens, into blanks. */
final class LineBreaks {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long EACH_ONE = 0x0101010101010101L;
    private static final long EACH_TOP = 0x8080808080808080L;
    private static final long ALL_LF = EACH_ONE * '\n';
    private static final long ALL_CR = EACH_ONE * '\r';

    private LineBreaks() {}

    /** Eight bytes at a time: documents rarely hold a line break, and this looks at every byte that is carried. */
    static void clean(byte[] array, int from, int to) {
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long word = (long) LONGS.get(array, i);
            if (holds(word ^ ALL_LF) || holds(word ^ ALL_CR)) {
                cleanEach(array, i, i + Long.BYTES);
            }
        }
        cleanEach(array, i, to);
    }

    /** Whether one of the eight bytes is zero. May also say so when a byte is 1 above one that is: a look too many. */
    private static boolean holds(long word) {
        return ((word - EACH_ONE) & ~word & EACH_TOP) != 0;
    }

    private static void cleanEach(byte[] array, int from, int to) {
        for (int i = from; i < to; i++) {
            if (array[i] == '\n' || array[i] == '\r') {
                array[i] = ' ';
            }
        }
    }
}
