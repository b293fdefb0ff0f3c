package io.sluice.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.sluice.source.DocumentPage;
import java.io.IOException;
import java.util.Arrays;

/**
 * A hash of 128 bits of a JSON value, taken while it is parsed: no tree is made, whatever its size.
 *
 * <p>The order of an object's members does not count, nor white space, nor how a string is escaped. All else does: the order of
 * arrays, and each digit of a number, so that 1, 1.0 and 1e0 are three values. It is no shield against somebody who looks for two
 * documents with one hash; by chance there are none.
 *
 * <p>Not safe for use by several threads.
 */
final class CanonicalHash {

    private static final long K1 = 0x9E3779B97F4A7C15L;
    private static final long K2 = 0xC2B2AE3D27D4EB4FL;
    private static final int FIRST_DEPTH = 16;
    private static final int CHARS_AT_A_TIME = 4;

    /** What a value is goes into its hash, so that "1" is not 1, and [] not {}. */
    private static final long KEY = 1;

    private static final long STRING = 2;
    private static final long NUMBER = 3;
    private static final long TRUE = 4;
    private static final long FALSE = 5;
    private static final long NULL = 6;
    private static final long OBJECT = 7;
    private static final long ARRAY = 8;

    private boolean[] isObject = new boolean[FIRST_DEPTH];
    private long[] sumHigh = new long[FIRST_DEPTH];
    private long[] sumLow = new long[FIRST_DEPTH];
    private long[] keyHigh = new long[FIRST_DEPTH];
    private long[] keyLow = new long[FIRST_DEPTH];
    private long[] counts = new long[FIRST_DEPTH];
    private int depth;

    private long high;
    private long low;

    /** The first half of the last hash. */
    long high() {
        return high;
    }

    /** The second half of the last hash. */
    long low() {
        return low;
    }

    /** Takes the hash of the value whose first token the parser stands on; afterwards it stands on its last. */
    void of(JsonParser in) throws IOException {
        depth = 0;
        JsonToken token = in.currentToken();
        take(in, token);
        while (depth > 0) {
            token = in.nextToken();
            if (token == null) {
                throw new IOException("a document ends in its middle");
            }
            take(in, token);
        }
    }

    /** Takes the hash of a document. */
    void ofDocument(ByteString source) throws IOException {
        byte[] bytes = source.toByteArray();
        ofDocument(bytes, 0, bytes.length);
    }

    /** The same of {@code source[offset, +length)}. */
    void ofDocument(byte[] source, int offset, int length) throws IOException {
        try (JsonParser in = DocumentPage.JSON.createParser(source, offset, length)) {
            in.nextToken();
            of(in);
        }
    }

    private void take(JsonParser in, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> begin(true);
            case START_ARRAY -> begin(false);
            case END_OBJECT, END_ARRAY -> end();
            case FIELD_NAME -> {
                text(in, KEY);
                keyHigh[depth - 1] = high;
                keyLow[depth - 1] = low;
            }
            case VALUE_STRING -> {
                text(in, STRING);
                value();
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                text(in, NUMBER);
                value();
            }
            case VALUE_TRUE -> constant(TRUE);
            case VALUE_FALSE -> constant(FALSE);
            case VALUE_NULL -> constant(NULL);
            default -> throw new IOException("a token that no JSON has: " + token);
        }
    }

    private void begin(boolean object) {
        if (depth == counts.length) {
            grow();
        }
        isObject[depth] = object;
        sumHigh[depth] = 0;
        sumLow[depth] = 0;
        counts[depth] = 0;
        depth++;
    }

    private void grow() {
        int larger = 2 * counts.length;
        isObject = Arrays.copyOf(isObject, larger);
        sumHigh = Arrays.copyOf(sumHigh, larger);
        sumLow = Arrays.copyOf(sumLow, larger);
        keyHigh = Arrays.copyOf(keyHigh, larger);
        keyLow = Arrays.copyOf(keyLow, larger);
        counts = Arrays.copyOf(counts, larger);
    }

    private void end() {
        depth--;
        mix(sumHigh[depth], sumLow[depth], isObject[depth] ? OBJECT : ARRAY, counts[depth]);
        value();
    }

    private void constant(long tag) {
        mix(0, 0, tag, 0);
        value();
    }

    /** Members are summed up, which no order changes; elements go into each other. */
    private void value() {
        if (depth == 0) {
            return;
        }
        int at = depth - 1;
        counts[at]++;
        if (isObject[at]) {
            mix(
                    high + Long.rotateLeft(keyHigh[at], 23),
                    low ^ Long.rotateLeft(keyLow[at], 41),
                    keyLow[at],
                    keyHigh[at]);
            sumHigh[at] += high;
            sumLow[at] += low;
        } else {
            mix(sumHigh[at], sumLow[at], high, low);
            sumHigh[at] = high;
            sumLow[at] = low;
        }
    }

    /** The text as it is meant, not as it is escaped; of a number, as it is written. */
    private void text(JsonParser in, long tag) throws IOException {
        char[] chars = in.getTextCharacters();
        int from = in.getTextOffset();
        int length = in.getTextLength();
        long a = tag * K1;
        long b = tag * K2;
        int i = from;
        for (; i + CHARS_AT_A_TIME <= from + length; i += CHARS_AT_A_TIME) {
            long word = chars[i] | (long) chars[i + 1] << 16 | (long) chars[i + 2] << 32 | (long) chars[i + 3] << 48;
            a = Long.rotateLeft((a ^ word) * K1, 31);
            b = Long.rotateLeft((b + word) * K2, 29);
        }
        for (; i < from + length; i++) {
            a = Long.rotateLeft((a ^ chars[i]) * K1, 31);
            b = Long.rotateLeft((b + chars[i]) * K2, 29);
        }
        mix(a, b, tag, length);
    }

    /** Makes the next hash of these four. */
    private void mix(long a, long b, long c, long d) {
        long one = spread(a ^ spread(c + K1));
        long other = spread(b + spread(d ^ K2));
        high = spread(one + Long.rotateLeft(other, 32) * K1);
        low = spread(other ^ one * K2);
    }

    /** The finalizer of SplitMix64. */
    private static long spread(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
