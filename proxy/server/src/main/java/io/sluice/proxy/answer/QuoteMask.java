package io.sluice.proxy.answer;

import io.sluice.proxy.http.Credentials;
import java.nio.charset.StandardCharsets;

/**
 * Finds where an answer quotes bytes of a request, and blots out the values of its secret headers, byte for byte, so that
 * lengths stay. Bytes may come in pieces of any size.
 *
 * <p>Grammar of a quote: {@code (byte[])}, then at most {@value #LONGEST} bytes, up to the quotation mark that ends the
 * string it is in. Header lines in it end with CR or LF, escaped or not.
 */
final class QuoteMask {

    /** Servers quote 500 characters, of which each can become six bytes. */
    static final int LONGEST = 4096;

    private static final byte[] BEGINNING = "(byte[])".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_NAME = 63;
    private static final char BLOT = '*';

    private final boolean escapes;
    private final StringBuilder name = new StringBuilder(LONGEST_NAME);
    private int begun;
    private int left;
    private boolean escaped;
    private boolean masking;
    private boolean inValue;
    private boolean found;

    /** @param escapes whether strings are written as in JSON, and not as they are */
    QuoteMask(boolean escapes) {
        this.escapes = escapes;
    }

    /** Whether nothing is under way that the next bytes could go on with. */
    boolean isIdle() {
        return begun == 0 && left == 0;
    }

    /** Whether there was a quote. */
    boolean hasFound() {
        return found;
    }

    /** Blots out what is secret in the next bytes. */
    void mask(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (left > 0) {
                left--;
                bytes[i] = quoted(bytes[i]);
            } else {
                outside(bytes[i]);
            }
        }
    }

    private void outside(byte next) {
        if (next != BEGINNING[begun]) {
            begun = next == BEGINNING[0] ? 1 : 0;
        } else if (++begun == BEGINNING.length) {
            begun = 0;
            left = LONGEST;
            found = true;
            masking = false;
            escaped = false;
            name.setLength(0);
        }
    }

    private byte quoted(byte next) {
        boolean wasMasking = masking;
        if (escaped) {
            escaped = false;
            masking &= next != 'r' && next != 'n';
            name.setLength(0);
            return wasMasking ? (byte) BLOT : next;
        }
        if (escapes && next == '\\') {
            escaped = true;
            return wasMasking ? (byte) BLOT : next;
        }
        if (escapes && next == '"') {
            left = 0;
            return next;
        }
        return masking ? value(next) : line(next);
    }

    private byte value(byte next) {
        if (Byte.toUnsignedInt(next) < ' ') {
            masking = false;
            return next;
        }
        inValue |= next != ' ';
        return inValue ? (byte) BLOT : next;
    }

    private byte line(byte next) {
        if (next == ':') {
            masking = Credentials.isOne(name);
            inValue = false;
            name.setLength(0);
        } else if (next == '-' || Character.isLetterOrDigit(next)) {
            if (name.length() < LONGEST_NAME) {
                name.append((char) next);
            }
        } else {
            name.setLength(0);
        }
        return next;
    }
}
