package io.sluice.lucene4;

/**
 * Decompresses a block of LZ4, whose compressed length Lucene does not write down.
 *
 * <pre>
 *   block    := sequence…                        until all plain bytes are there
 *   sequence := literals:4 bits match:4 bits  more:u8…  literal…  distance:u16 (little-endian)  more:u8…
 * </pre>
 *
 * A count of 15 goes on with bytes that are added, up to the first below 255. A match is 4 longer than its count.
 */
final class Lz4 {

    private static final int GOES_ON = 15;
    private static final int SHORTEST_MATCH = 4;

    /** The most plain bytes that one compressed byte can make. */
    static final int MAX_RATIO = 255;

    private byte[] in = {};
    private int at;
    private int end;

    /** Goes to {@code in[from, to)}, in which blocks follow each other. */
    void reset(byte[] bytes, int from, int to) {
        in = bytes;
        at = from;
        end = to;
    }

    /**
     * Decompresses the next block, of {@code count} bytes, to {@code out[outAt, +count)}.
     *
     * @throws IndexOutOfBoundsException when the bytes are no such block
     */
    void decompress(byte[] out, int outAt, int count) {
        int done = outAt;
        int outEnd = outAt + count;
        while (done < outEnd) {
            int token = in[at++];
            int literals = count((token >>> 4) & 0x0F);
            require(literals <= end - at && literals <= outEnd - done, "literals", literals);
            System.arraycopy(in, at, out, done, literals);
            at += literals;
            done += literals;
            if (done < outEnd) {
                int distance = (in[at] & 0xFF) | (in[at + 1] & 0xFF) << Byte.SIZE;
                at += Short.BYTES;
                int match = count(token & 0x0F) + SHORTEST_MATCH;
                require(distance > 0 && distance <= done - outAt, "distance", distance);
                require(match <= outEnd - done, "match", match);
                copyBack(out, done, distance, match);
                done += match;
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
                count = Math.addExact(count, next);
            } while (next == 0xFF);
        }
        return count;
    }

    private static void require(boolean holds, String what, int found) {
        if (!holds) {
            throw new IndexOutOfBoundsException("LZ4: a " + what + " of " + found);
        }
    }

    /** Where source and target overlap the bytes repeat, so what was copied can be copied again, twice as long. */
    private static void copyBack(byte[] out, int at, int distance, int count) {
        int done = 0;
        while (done < count) {
            int part = Math.min(distance + done, count - done);
            System.arraycopy(out, at - distance, out, at + done, part);
            done += part;
        }
    }
}
