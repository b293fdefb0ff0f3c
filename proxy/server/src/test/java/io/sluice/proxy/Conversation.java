package io.sluice.proxy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** What passed over one connection, taken apart: requests and their answers in order. */
final class Conversation {

    /**
     * One message.
     *
     * @param head with its blank line
     * @param body without chunks
     */
    record Message(String head, byte[] body) {

        String line() {
            return head.substring(0, head.indexOf("\r\n"));
        }

        /** The body without its compression. */
        String text() throws IOException {
            boolean zipped = head.toLowerCase(Locale.ROOT).contains("\r\ncontent-encoding: gzip\r\n");
            byte[] plain = zipped && body.length > 0
                    ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
                    : body;
            return new String(plain, StandardCharsets.UTF_8);
        }
    }

    /**
     * A request and what came back.
     *
     * @param began when the request did
     * @param interim heads of answers with a status of 1xx
     */
    record Asked(long began, Message request, List<String> interim, Message answer) {}

    private Conversation() {}

    /** Everything that a client asked over one connection. */
    static List<Asked> of(Tap.Connection connection) throws IOException {
        ByteArrayInputStream asked = new ByteArrayInputStream(connection.asked());
        int size = asked.available();
        InputStream answered = new ByteArrayInputStream(connection.answered());
        List<Asked> all = new ArrayList<>();
        while (asked.available() > 0) {
            long began = connection.arrival(size - asked.available());
            String head = head(asked);
            Message request = new Message(head, body(head, asked, false));
            List<String> interim = new ArrayList<>();
            String answer = head(answered);
            while (answer != null && answer.startsWith("HTTP/1.1 1")) {
                interim.add(answer);
                answer = head(answered);
            }
            if (answer == null) {
                throw new EOFException("no answer to " + head);
            }
            boolean empty = head.startsWith("HEAD ") || answer.startsWith("HTTP/1.1 204");
            byte[] body = empty ? new byte[0] : body(answer, answered, true);
            all.add(new Asked(began, request, interim, new Message(answer, body)));
        }
        return all;
    }

    private static byte[] body(String head, InputStream in, boolean untilTheEnd) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return chunks(in);
        }
        int at = lower.indexOf("\r\ncontent-length:");
        if (at < 0) {
            return untilTheEnd ? in.readAllBytes() : new byte[0];
        }
        return exactly(
                in,
                Integer.parseInt(
                        lower.substring(at + 17, lower.indexOf("\r\n", at + 2)).strip()));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.writeBytes(exactly(in, size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a body ends after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("a chunk ends in " + line);
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    /** Null behind the last one. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 && head.length() > 0) {
                throw new EOFException("a head ends in " + head);
            }
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
