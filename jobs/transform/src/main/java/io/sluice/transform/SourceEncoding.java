package io.sluice.transform;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of a stored document. A server keeps a document as it was sent: JSON text, or one of the others.
 *
 * <pre>
 *   JSON   a brace, behind white space and perhaps a byte order mark
 *   SMILE  ":)\n"
 *   CBOR   the tag that says so, D9 D9 F7, or an object: A0 to BF
 *   YAML   "---"
 * </pre>
 *
 * <p>Source: how the servers themselves tell them apart ({@code XContentFactory}), and the Smile and CBOR (RFC 8949)
 * specifications.
 */
public enum SourceEncoding {
    JSON,
    SMILE,
    CBOR,
    YAML;

    private static final int MARK_BYTES = 3;
    private static final int CBOR_MAJOR_TYPE = 0xE0;
    private static final int CBOR_OBJECT = 0xA0;

    /** The encoding of {@code source[offset, +length)}, or null when it begins like no object in any of them. */
    public static @Nullable SourceEncoding of(byte[] source, int offset, int length) {
        if (length == 0) {
            return null;
        }
        byte first = source[offset];
        if (first == '{') {
            return JSON;
        }
        if ((first & CBOR_MAJOR_TYPE) == CBOR_OBJECT || startsWith(source, offset, length, 0xD9, 0xD9, 0xF7)) {
            return CBOR;
        }
        if (startsWith(source, offset, length, ':', ')', '\n')) {
            return SMILE;
        }
        if (startsWith(source, offset, length, '-', '-', '-')) {
            return YAML;
        }
        return isJsonBehindSpace(source, offset, length) ? JSON : null;
    }

    /**
     * Reads bytes of this encoding, which may be any value or several in a row.
     *
     * @throws IOException as the parser does, that of YAML and others also with exceptions of other kinds
     */
    public JsonParser parser(byte[] bytes, int offset, int length) throws IOException {
        return this == JSON
                ? SourceValues.JSON.createParser(bytes, offset, length)
                : JsonSource.factory(this).createParser(bytes, offset, length);
    }

    private static boolean startsWith(byte[] source, int offset, int length, int first, int second, int third) {
        return length >= MARK_BYTES
                && source[offset] == (byte) first
                && source[offset + 1] == (byte) second
                && source[offset + 2] == (byte) third;
    }

    private static boolean isJsonBehindSpace(byte[] source, int offset, int length) {
        int end = offset + length;
        int at = startsWith(source, offset, length, 0xEF, 0xBB, 0xBF) ? offset + MARK_BYTES : offset;
        while (at < end && isWhiteSpace(source[at])) {
            at++;
        }
        return at < end && source[at] == '{';
    }

    private static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
