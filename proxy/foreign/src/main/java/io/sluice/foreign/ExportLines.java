package io.sluice.foreign;

import io.sluice.foreign.Findings.Kind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the lines of an export: {@code key|value}, the value in base64, all of it gzip or not. The key is not needed: the
 * value names its connection.
 */
final class ExportLines {

    /** Kafka's own limit is far below; a line that is longer is no record. */
    private static final int MOST_LINE = 64 << 20;

    private static final int BUFFER = 1 << 16;

    /** Takes one record. */
    interface Sink {
        void record(long line, byte[] value) throws IOException;
    }

    private final Findings findings;
    private final Sink sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number = 1;
    private boolean tooLong;

    ExportLines(Findings findings, Sink sink) {
        this.findings = findings;
        this.sink = sink;
    }

    /** Whether bytes are the beginning of a gzip file. */
    static boolean isGzip(byte[] start) {
        return start.length >= 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
    }

    /**
     * Reads to the end.
     *
     * @return how many lines there were
     * @throws IOException what the stream or the sink throws; that the file is damaged is a finding
     */
    long read(InputStream file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(file, BUFFER);
        in.mark(2);
        byte[] start = in.readNBytes(2);
        in.reset();
        byte[] buffer = new byte[BUFFER];
        InputStream plain;
        try {
            plain = isGzip(start) ? new GZIPInputStream(in, BUFFER) : in;
        } catch (EOFException | ZipException damaged) {
            findings.add(Kind.CUT_FILES, number, String.valueOf(damaged.getMessage()));
            return 0;
        }
        int length = next(plain, buffer);
        while (length >= 0) {
            take(buffer, length);
            length = next(plain, buffer);
        }
        if (line.size() > 0 || tooLong) {
            end();
        }
        return number - 1;
    }

    private int next(InputStream in, byte[] buffer) throws IOException {
        try {
            return in.read(buffer);
        } catch (EOFException | ZipException damaged) {
            findings.add(Kind.CUT_FILES, number, String.valueOf(damaged.getMessage()));
            return -1;
        }
    }

    private void take(byte[] bytes, int length) throws IOException {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                add(bytes, from, i);
                end();
                from = i + 1;
            }
        }
        add(bytes, from, length);
    }

    private void add(byte[] bytes, int from, int to) {
        tooLong |= line.size() + (to - from) > MOST_LINE;
        if (!tooLong) {
            line.write(bytes, from, to - from);
        }
    }

    private void end() throws IOException {
        String text = line.toString(StandardCharsets.ISO_8859_1).strip();
        line.reset();
        long at = number++;
        if (tooLong) {
            tooLong = false;
            findings.add(Kind.UNREADABLE_LINES, at, "longer than " + MOST_LINE + " bytes");
            return;
        }
        byte[] value;
        try {
            value = Base64.getDecoder().decode(text.substring(text.lastIndexOf('|') + 1));
        } catch (IllegalArgumentException none) {
            findings.add(Kind.UNREADABLE_LINES, at, "no base64: " + none.getMessage());
            return;
        }
        if (value.length == 0) {
            findings.add(Kind.RECORDS_WITHOUT_TRAFFIC, at, "empty");
        } else {
            sink.record(at, value);
        }
    }
}
