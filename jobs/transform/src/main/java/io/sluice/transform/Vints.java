package io.sluice.transform;

import java.util.Arrays;

/** Reads numbers of 7 bits a byte, the lowest first, and bytes between them. */
final class Vints {

    private static final int MAX_SHIFT = 28;

    private final byte[] bytes;
    private int at;

    Vints(byte[] bytes) {
        this.bytes = bytes;
    }

    int next() {
        int number = 0;
        for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
            if (at >= bytes.length) {
                break;
            }
            byte part = bytes[at++];
            number |= (part & 0x7f) << shift;
            if (part >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number that does not end");
    }

    /** Units of UTF-16, each as UTF-8 has it when it stands alone. */
    String text(int units) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < units; i++) {
            int first = unsigned();
            if (first < 0x80) {
                text.append((char) first);
            } else if (first < 0xe0) {
                text.append((char) ((first & 0x1f) << 6 | (unsigned() & 0x3f)));
            } else {
                text.append((char) ((first & 0x0f) << 12 | (unsigned() & 0x3f) << 6 | (unsigned() & 0x3f)));
            }
        }
        return text.toString();
    }

    private int unsigned() {
        if (at >= bytes.length) {
            throw new IllegalArgumentException("a text that does not end");
        }
        return bytes[at++] & 0xff;
    }

    byte[] bytes(int length) {
        if (length < 0 || length > bytes.length - at) {
            throw new IllegalArgumentException(length + " bytes where fewer are");
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }
}
