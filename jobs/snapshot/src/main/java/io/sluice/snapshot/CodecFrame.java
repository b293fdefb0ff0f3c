package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * What Lucene's {@code CodecUtil} puts around a file, and what stands inside.
 *
 * <pre>
 *   frame  := header payload footer
 *   header := 0x3FD76C17:u32  length:u8  codec:ascii[length]  version:u32
 *   footer := 0xC02893E8:u32  algorithm:u32 = 0  crc32:u64
 * </pre>
 *
 * Big-endian throughout. {@code length} is at most 127; {@code crc32} covers every byte before it.
 *
 * @param payload read-only and big-endian; begins behind the header and ends before the footer
 * @param payloadAt where the payload begins in the blob
 */
record CodecFrame(String codec, int version, ByteBuffer payload, int payloadAt) {

    /** How long a footer is, in bytes. */
    static final int FOOTER_LENGTH = Integer.BYTES + Integer.BYTES + Long.BYTES;

    private static final long HEADER_MAGIC = 0x3FD76C17L;
    private static final long FOOTER_MAGIC = 0xC02893E8L;
    private static final long ALGORITHM_CRC32 = 0;
    private static final int SHORTEST_FRAME = Integer.BYTES + Byte.BYTES + Integer.BYTES + FOOTER_LENGTH;

    /** Verifies the whole frame, then returns what it holds. */
    static CodecFrame read(String blob, byte[] bytes) throws CorruptBlobException {
        return new Reader(blob, ByteBuffer.wrap(bytes).asReadOnlyBuffer()).read();
    }

    /**
     * What stands where the version does, before anything is verified; as high as can be when there are too few bytes.
     */
    static int version(byte[] bytes) {
        int at = Integer.BYTES + Byte.BYTES + (bytes.length > Integer.BYTES ? bytes[Integer.BYTES] : 0);
        return at > Integer.BYTES && at <= bytes.length - Integer.BYTES
                ? ByteBuffer.wrap(bytes).getInt(at)
                : Integer.MAX_VALUE;
    }

    /** The form of Lucene before 4.8: in place of the footer the checksum alone, of every byte before it. */
    static CodecFrame readWithoutFooter(String blob, byte[] bytes) throws CorruptBlobException {
        return new Reader(blob, ByteBuffer.wrap(bytes).asReadOnlyBuffer()).readWithoutFooter();
    }

    private record Reader(String blob, ByteBuffer in) {

        CodecFrame read() throws CorruptBlobException {
            verifyFooter();
            in.limit(in.limit() - FOOTER_LENGTH);
            return readVerified();
        }

        CodecFrame readWithoutFooter() throws CorruptBlobException {
            int end = in.limit() - Long.BYTES;
            if (in.limit() < SHORTEST_FRAME - FOOTER_LENGTH + Long.BYTES) {
                throw corrupt(in.limit(), "a header and a checksum", "the end of the file");
            }
            expect(end, "checksum", crc32(in.slice(0, end)), in.getLong(end));
            in.limit(end);
            return readVerified();
        }

        private CodecFrame readVerified() throws CorruptBlobException {
            expect(0, "header magic", HEADER_MAGIC, unsigned(0));
            in.position(Integer.BYTES);
            String codec = readCodecName();
            int version = in.getInt();
            int payloadAt = in.position();
            return new CodecFrame(codec, version, in.slice().order(ByteOrder.BIG_ENDIAN), payloadAt);
        }

        private void verifyFooter() throws CorruptBlobException {
            int length = in.limit();
            if (length < SHORTEST_FRAME) {
                throw corrupt(length, "a frame of at least " + SHORTEST_FRAME + " bytes", "the end of the file");
            }
            int footer = length - FOOTER_LENGTH;
            expect(footer, "footer magic", FOOTER_MAGIC, unsigned(footer));
            expect(footer + 4, "checksum algorithm", ALGORITHM_CRC32, unsigned(footer + 4));
            expect(footer + 8, "checksum", crc32(in.slice(0, footer + 8)), in.getLong(footer + 8));
        }

        private String readCodecName() throws CorruptBlobException {
            int offset = in.position();
            int length = in.get();
            int available = in.remaining() - Integer.BYTES;
            if (length < 0 || length > available) {
                throw corrupt(offset, "a codec name of 0 to " + Math.min(127, available) + " bytes", length + " bytes");
            }
            byte[] name = new byte[length];
            in.get(name);
            return new String(name, US_ASCII);
        }

        private void expect(int offset, String what, long expected, long found) throws CorruptBlobException {
            if (expected != found) {
                throw corrupt(offset, "%s 0x%X".formatted(what, expected), "0x%X".formatted(found));
            }
        }

        private long unsigned(int offset) {
            return Integer.toUnsignedLong(in.getInt(offset));
        }

        private CorruptBlobException corrupt(long offset, String expected, String found) {
            return new CorruptBlobException(blob, offset, expected, found);
        }

        private static long crc32(ByteBuffer bytes) {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            return crc.getValue();
        }
    }
}
