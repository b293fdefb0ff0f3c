package io.sluice.snapshot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decompresses blocks of LZ4 that follow each other.
 *
 * <pre>
 *   block    := sequence…                        until all plain bytes are there
 *   sequence := literals:4 bits match:4 bits  more:u8…  literal…  distance:u16 (little-endian)  more:u8…
 * </pre>
 *
 * A count of 15 goes on with bytes that are added, up to the first below 255. A match is 4 longer than its count.
 * The last sequence of a block ends with its literals. (lz4_Block_format.md of the LZ4 project.)
 *
 * <p>Half of the time that a backfill spends on a document is spent here, so short pieces, of which text has many, are copied
 * eight bytes at a time, and up to {@value #SLACK} bytes too many where the array has room for them.
 *
 * <p>Belongs to one thread.
 */
public final class Lz4 {

    /** The most plain bytes that one compressed byte can make. */
    public static final int MAX_RATIO = 255;

    /** So many bytes behind a block may be overwritten, and an array with room for them is filled faster. */
    public static final int SLACK = 16;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final int GOES_ON = 15;
    private static final int SHORTEST_MATCH = 4;

    private byte[] in = {};
    private int start;
    private int at;
    private int end;

    /** Goes to {@code in[from, to)}, in which blocks follow each other. */
    public void reset(byte[] bytes, int from, int to) {
        in = bytes;
        start = from;
        at = from;
        end = to;
    }

    /** How many compressed bytes have been used since {@link #reset}. */
    public int used() {
        return at - start;
    }

    /** Goes to the block that begins so many bytes behind where {@link #reset} went. */
    public void skipTo(int used) {
        require(used <= end - start && start + used >= at, "beginning", used);
        at = start + used;
    }

    /**
     * Decompresses the next block, of {@code count} bytes, to {@code out[outAt, +count)}.
     *
     * @throws IndexOutOfBoundsException when the bytes are no such block
     */
    public void decompress(byte[] out, int outAt, int count) {
        decompress(out, outAt, count, 0);
    }

    /**
     * The same for a block whose matches may begin before it, in a dictionary.
     *
     * @param dictionary its length; it is {@code out[0, dictionary)}, and ends where the block begins as far as matches go
     */
    public void decompress(byte[] out, int outAt, int count, int dictionary) {
        int outEnd = outAt + count;
        int done = outAt;
        while (done < outEnd) {
            int token = in[at++];
            done = literals(out, done, outEnd, (token >>> 4) & 0x0F);
            if (done < outEnd) {
                int distance = (in[at] & 0xFF) | (in[at + 1] & 0xFF) << Byte.SIZE;
                at += Short.BYTES;
                int until = done + count(token & 0x0F) + SHORTEST_MATCH;
                require(distance > 0 && until > done && until <= outEnd, "match", until - done);
                if (done - distance < outAt) {
                    done = fromDictionary(out, done, until, done - distance - outAt, dictionary);
                }
                copyBack(out, done, distance, until);
                done = until;
            }
        }
        require(at <= end, "end", at);
    }

    private int count(int first) {
        int count = first;
        if (first == GOES_ON) {
            int next;
            do {
                next = in[at++] & 0xFF;
                count += next; // beyond what an array can hold it is negative, and refused as such
            } while (next == 0xFF);
        }
        return count;
    }

    private int literals(byte[] out, int from, int outEnd, int first) {
        int length = count(first);
        int until = from + length;
        require(length >= 0 && until <= outEnd, "run of literals", length);
        if (length <= SLACK && at + SLACK <= in.length && from + SLACK <= out.length) {
            LONGS.set(out, from, (long) LONGS.get(in, at));
            LONGS.set(out, from + Long.BYTES, (long) LONGS.get(in, at + Long.BYTES));
        } else {
            System.arraycopy(in, at, out, from, length);
        }
        at += length;
        return until;
    }

    /** Copies what of a match lies before the block. */
    private static int fromDictionary(byte[] out, int done, int until, int before, int dictionary) {
        require(dictionary + before >= 0, "distance before the dictionary", dictionary + before);
        int part = Math.min(until - done, -before);
        System.arraycopy(out, dictionary + before, out, done, part);
        return done + part;
    }

    /** Where source and target overlap the bytes repeat, so what was copied can be copied again, twice as long. */
    private static void copyBack(byte[] out, int from, int distance, int until) {
        if (distance >= Long.BYTES && until + Long.BYTES <= out.length) {
            for (int i = from; i < until; i += Long.BYTES) {
                LONGS.set(out, i, (long) LONGS.get(out, i - distance));
            }
            return;
        }
        int done = 0;
        while (done < until - from) {
            int part = Math.min(distance + done, until - from - done);
            System.arraycopy(out, from - distance, out, from + done, part);
            done += part;
        }
    }

    private static void require(boolean holds, String what, int found) {
        if (!holds) {
            throw new IndexOutOfBoundsException("LZ4: a " + what + " of " + found);
        }
    }
}
