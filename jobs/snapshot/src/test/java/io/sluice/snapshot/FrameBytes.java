package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/** The bytes of a frame, to damage and, where a test wants to get behind the checksum, to seal again. */
record FrameBytes(byte[] bytes) {

    private static final int HEADER_MAGIC = 0x3FD76C17;
    private static final int FOOTER_MAGIC = 0xC02893E8;
    private static final int CHECKSUM_LENGTH = Long.BYTES;

    static FrameBytes of(String codec, int version, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(HEADER_MAGIC);
            out.writeByte(codec.length());
            out.write(codec.getBytes(US_ASCII));
            out.writeInt(version);
            out.write(payload);
            out.writeInt(FOOTER_MAGIC);
            out.writeInt(0);
            out.writeLong(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FrameBytes(bytes.toByteArray()).sealed();
    }

    static FrameBytes of(String codec, String payload) {
        return of(codec, 1, payload.getBytes(UTF_8));
    }

    FrameBytes with(int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return new FrameBytes(changed);
    }

    FrameBytes cutTo(int length) {
        return new FrameBytes(Arrays.copyOf(bytes, length));
    }

    /** The same with the checksum that its bytes have. */
    FrameBytes sealed() {
        if (bytes.length < CHECKSUM_LENGTH) {
            return this;
        }
        byte[] sealed = bytes.clone();
        CRC32 crc = new CRC32();
        crc.update(sealed, 0, sealed.length - CHECKSUM_LENGTH);
        ByteBuffer.wrap(sealed).putLong(sealed.length - CHECKSUM_LENGTH, crc.getValue());
        return new FrameBytes(sealed);
    }
}
