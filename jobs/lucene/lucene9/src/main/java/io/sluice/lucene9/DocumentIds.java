package io.sluice.lucene9;

import org.apache.lucene.index.CorruptIndexException;

/**
 * Decodes the {@code _id} that Elasticsearch 6 and later and OpenSearch store.
 *
 * <pre>
 *   stored := 0xFF utf8  |  0xFE nibble pairs of decimal digits, the last padded with 0xF
 *          |  0xFD bytes |  bytes            both: the id is their URL-safe base64 without padding
 * </pre>
 */
public final class DocumentIds {

    private static final int UTF8 = 0xFF;
    private static final int NUMERIC = 0xFE;
    private static final int BASE64_ESCAPE = 0xFD;
    private static final int PADDING = 0x0F;

    private static final byte[] BASE64 = new byte[64];

    static {
        for (int i = 0; i < 26; i++) {
            BASE64[i] = (byte) ('A' + i);
            BASE64[26 + i] = (byte) ('a' + i);
        }
        for (int i = 0; i < 10; i++) {
            BASE64[52 + i] = (byte) ('0' + i);
        }
        BASE64[62] = '-';
        BASE64[63] = '_';
    }

    private DocumentIds() {}

    /** The most bytes that an id takes whose stored form has {@code length}. */
    public static int maxDecodedLength(int length) {
        return 2 * length;
    }

    /** Decodes {@code stored[0, length)} into {@code id} and returns how many bytes it has there. */
    public static int decode(byte[] stored, int length, byte[] id) throws CorruptIndexException {
        if (length == 0) {
            throw new CorruptIndexException("an _id of no bytes", "stored fields");
        }
        return switch (stored[0] & 0xFF) {
            case UTF8 -> utf8(stored, length, id);
            case NUMERIC -> digits(stored, length, id);
            case BASE64_ESCAPE -> base64(stored, 1, length, id);
            default -> base64(stored, 0, length, id);
        };
    }

    private static int utf8(byte[] stored, int length, byte[] id) {
        System.arraycopy(stored, 1, id, 0, length - 1);
        return length - 1;
    }

    private static int digits(byte[] stored, int length, byte[] id) throws CorruptIndexException {
        int at = 0;
        for (int i = 1; i < length; i++) {
            int high = (stored[i] & 0xFF) >>> 4;
            int low = stored[i] & 0x0F;
            boolean padded = i == length - 1 && low == PADDING;
            if (high > 9 || (low > 9 && !padded)) {
                throw new CorruptIndexException("a numeric _id with the byte " + stored[i], "stored fields");
            }
            id[at++] = (byte) ('0' + high);
            if (!padded) {
                id[at++] = (byte) ('0' + low);
            }
        }
        return at;
    }

    private static int base64(byte[] stored, int from, int to, byte[] id) {
        int at = 0;
        int i = from;
        for (; i + 2 < to; i += 3) {
            int bits = (stored[i] & 0xFF) << 16 | (stored[i + 1] & 0xFF) << 8 | (stored[i + 2] & 0xFF);
            id[at++] = BASE64[bits >>> 18];
            id[at++] = BASE64[bits >>> 12 & 0x3F];
            id[at++] = BASE64[bits >>> 6 & 0x3F];
            id[at++] = BASE64[bits & 0x3F];
        }
        if (to - i == 1) {
            int bits = stored[i] & 0xFF;
            id[at++] = BASE64[bits >>> 2];
            id[at++] = BASE64[bits << 4 & 0x3F];
        } else if (to - i == 2) {
            int bits = (stored[i] & 0xFF) << 8 | (stored[i + 1] & 0xFF);
            id[at++] = BASE64[bits >>> 10];
            id[at++] = BASE64[bits >>> 4 & 0x3F];
            id[at++] = BASE64[bits << 2 & 0x3F];
        }
        return at;
    }
}
