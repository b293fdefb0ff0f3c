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

    /** The longest match whose length is in its token takes 18 bytes, which three copies of eight cover. */
    private static final int FAST_MATCH_BYTES = 24;

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
        int lastFastIn = in.length - SLACK;
        int lastFastOut = Math.min(outEnd + SLACK, out.length) - FAST_MATCH_BYTES;
        int done = outAt;
        while (done < outEnd) {
            int token = in[at++];
            int literals = (token >>> 4) & 0x0F;
            if (literals < GOES_ON && at <= lastFastIn && done <= lastFastOut) {
                copy16(in, at, out, done);
                at += literals;
                done += literals;
            } else {
                done = literals(out, done, outEnd, literals);
            }
            if (done < outEnd) {
                int distance = (in[at] & 0xFF) | (in[at + 1] & 0xFF) << Byte.SIZE;
                at += Short.BYTES;
                int match = token & 0x0F;
                int from = source(done - distance, outAt, dictionary);
                if (match < GOES_ON && distance >= Long.BYTES && from >= 0 && done <= lastFastOut) {
                    copy16(out, from, out, done);
                    LONGS.set(out, done + SLACK, (long) LONGS.get(out, from + SLACK));
                    done += match + SHORTEST_MATCH;
                } else {
                    done = match(out, done, outAt, outEnd, match, distance, dictionary);
                }
            }
        }
        require(done == outEnd, "length", done - outAt);
        require(at <= end, "end", at);
    }

    /**
     * Where a match of up to {@value #FAST_MATCH_BYTES} bytes is taken from; negative when that is not in one piece.
     * Without a branch: whether a match lies in the dictionary is as good as random, and a wrong guess costs more.
     */
    private static int source(int from, int outAt, int dictionary) {
        int before = (from - outAt) >> (Integer.SIZE - 1); // all bits or none
        int source = from + (before & (dictionary - outAt));
        int beyond = dictionary - (before & (source + FAST_MATCH_BYTES));
        return source | (beyond >> (Integer.SIZE - 1));
    }

    private static void copy16(byte[] from, int fromAt, byte[] to, int toAt) {
        LONGS.set(to, toAt, (long) LONGS.get(from, fromAt));
        LONGS.set(to, toAt + Long.BYTES, (long) LONGS.get(from, fromAt + Long.BYTES));
    }

    /** Any match: a long one, one that repeats a few bytes, one in the dictionary, one at the end of the array. */
    private int match(byte[] out, int from, int outAt, int outEnd, int first, int distance, int dictionary) {
        int done = from;
        int until = done + count(first) + SHORTEST_MATCH;
        require(distance > 0 && until > done && until <= outEnd, "match", until - done);
        if (done - distance < outAt) {
            done = fromDictionary(out, done, until, done - distance - outAt, dictionary);
        }
        copyBack(out, done, distance, until);
        return until;
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
            copy16(in, at, out, from);
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
