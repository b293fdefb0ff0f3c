package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Writes {@code segments_N} by its grammar. */
final class CommitBytes {

    private static final int FORMAT = 10;
    private static final int HEADER_LENGTH = 4 + 1 + "segments".length() + 4;
    private static final int CREATED_IN = HEADER_LENGTH + 16 + 2 + 3;
    private static final int FORMAT_WITH_OVERLAYS = 11;

    private CommitBytes() {}

    /** A commit of Lucene {@code major}.1.0 whose segments all are of {@code oldestMajor}.0.0. */
    static FrameBytes of(int major, int oldestMajor, String... segments) throws IOException {
        return of(FORMAT, 0, major, oldestMajor, segments);
    }

    /** A commit as Lucene 10.6 writes it, or a format after it. */
    static FrameBytes ofFormat(int format, int overlays) throws IOException {
        return of(format, overlays, 10, 10, "_0", "_1");
    }

    /** A commit of Lucene 7 whose segments all are of Lucene 7, in an index that is older. */
    static FrameBytes createdIn(int createdIn) throws IOException {
        byte[] bytes = of(7, 7, "_0").bytes();
        bytes[CREATED_IN] = (byte) createdIn;
        byte[] payload = Arrays.copyOfRange(bytes, HEADER_LENGTH, bytes.length - CodecFrame.FOOTER_LENGTH);
        return FrameBytes.of("segments", FORMAT, payload);
    }

    private static FrameBytes of(int format, int overlays, int major, int oldestMajor, String... segments)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(new byte[16]);
            out.writeByte(1);
            out.writeByte('4');
            out.write(new byte[] {(byte) major, 1, 0});
            out.writeByte(oldestMajor);
            out.writeLong(12);
            out.writeByte(5);
            out.writeInt(segments.length);
            if (segments.length > 0) {
                out.write(new byte[] {(byte) oldestMajor, 0, 0});
            }
            for (String segment : segments) {
                writeSegment(out, segment);
                if (format >= FORMAT_WITH_OVERLAYS) {
                    out.writeInt(overlays);
                }
            }
            out.writeByte(1);
            string(out, "local_checkpoint");
            string(out, "41");
        }
        return FrameBytes.of("segments", format, bytes.toByteArray());
    }

    private static void writeSegment(DataOutputStream out, String name) throws IOException {
        string(out, name);
        out.write(new byte[16]);
        string(out, "Lucene912");
        out.writeLong(3);
        out.writeInt(7);
        out.writeLong(-1);
        out.writeLong(2);
        out.writeInt(5);
        out.writeByte(1);
        out.write(new byte[16]);
        out.writeByte(1);
        string(out, name + "_2.fnm");
        out.writeInt(1);
        out.writeInt(9);
        out.writeByte(2);
        string(out, name + "_2.dvd");
        string(out, name + "_2.dvm");
    }

    private static void string(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(UTF_8);
        out.writeByte(utf8.length);
        out.write(utf8);
    }
}
