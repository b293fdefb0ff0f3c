package io.sluice.replay.bypass;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;

/** Sequence numbers of one shard. They lie close together, so each is a bit. Used by one thread. */
final class NumberSet implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int BITS = 64;

    /** 64 million numbers in 8 MB. */
    private static final long MOST_WORDS = 1 << 20;

    private static final int FIRST_WORDS = 16;

    /** Which word of all numbers the first one is. */
    private long first;

    private long[] words = {};

    /** Adds a number; one that is far from all others is left out. */
    void add(long number) {
        long word = number / BITS;
        if (words.length == 0) {
            first = word;
            words = new long[FIRST_WORDS];
        }
        if (word < first) {
            down(word);
        } else if (word >= first + words.length && word - first < MOST_WORDS) {
            int most = (int) Math.min(MOST_WORDS, 2L * words.length);
            words = Arrays.copyOf(words, Math.max(most, (int) (word - first) + 1));
        }
        if (word >= first && word < first + words.length) {
            words[(int) (word - first)] |= 1L << number;
        }
    }

    private void down(long word) {
        long more = first - word;
        if (words.length + more <= MOST_WORDS) {
            long[] moved = new long[words.length + (int) more];
            System.arraycopy(words, 0, moved, (int) more, words.length);
            words = moved;
            first = word;
        }
    }

    /** How many of its numbers are above one number, and not above another. */
    long count(long above, long upTo) {
        long count = 0;
        long from = Math.max(above + 1, first * BITS);
        long to = Math.min(upTo, (first + words.length) * BITS - 1);
        for (long at = from; at <= to; at = (at / BITS + 1) * BITS) {
            long mask = -1L << at;
            if (to / BITS == at / BITS) {
                mask &= -1L >>> (BITS - 1 - to % BITS);
            }
            count += Long.bitCount(words[(int) (at / BITS - first)] & mask);
        }
        return count;
    }

    boolean has(long number) {
        long at = number / BITS - first;
        return at >= 0 && at < words.length && (words[(int) at] & 1L << number) != 0;
    }

    /** Its numbers up to one, and maybe some above. */
    NumberSet upTo(long number) {
        NumberSet some = new NumberSet();
        some.first = first;
        some.words = Arrays.copyOf(words, (int) Math.max(0, Math.min(words.length, number / BITS - first + 1)));
        return some;
    }

    /** Forgets numbers up to one; some of them may stay. */
    void dropUpTo(long number) {
        int drop = (int) Math.min(words.length, Math.max(0, (number + 1) / BITS - first));
        if (drop > 0) {
            words = Arrays.copyOfRange(words, drop, words.length);
            first += drop;
        }
    }

    void addAll(NumberSet other) {
        for (int i = 0; i < other.words.length; i++) {
            for (long left = other.words[i]; left != 0; left &= left - 1) {
                add((other.first + i) * BITS + Long.numberOfTrailingZeros(left));
            }
        }
    }

    void writeTo(DataOutput out) throws IOException {
        int used = words.length;
        while (used > 0 && words[used - 1] == 0) {
            used--;
        }
        out.writeLong(first);
        out.writeInt(used);
        for (int i = 0; i < used; i++) {
            out.writeLong(words[i]);
        }
    }

    static NumberSet readFrom(DataInput in) throws IOException {
        NumberSet set = new NumberSet();
        set.first = in.readLong();
        set.words = new long[in.readInt()];
        for (int i = 0; i < set.words.length; i++) {
            set.words[i] = in.readLong();
        }
        return set;
    }
}
