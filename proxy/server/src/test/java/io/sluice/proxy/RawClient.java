package io.sluice.proxy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends and reads bytes as a test says. Reading gives up after 10 s. */
final class RawClient implements AutoCloseable {

    private final Socket socket;

    RawClient(int port) throws IOException {
        this(new Socket("127.0.0.1", port));
    }

    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
    }

    Socket socket() {
        return socket;
    }

    RawClient send(String bytes) throws IOException {
        return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a request and reads its answer, whose body has a length. */
    String ask(String request) throws IOException {
        return send(request).answer();
    }

    /** Reads an answer whose body has a length, or none. */
    String answer() throws IOException {
        String head = head();
        int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("\r\ncontent-length:");
        int length = at < 0
                ? 0
                : Integer.parseInt(
                        head.substring(at + 17, head.indexOf("\r\n", at + 2)).strip());
        return head + read(length);
    }

    /** Reads the answer to a request as it comes: until its length, its last chunk, or the end of the connection. */
    String answerTo(byte[] request) throws IOException {
        String head = head();
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        boolean empty = request[0] == 'H' || head.startsWith("HTTP/1.1 204") || head.startsWith("HTTP/1.1 304");
        if (empty) {
            return head;
        }
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return head + chunks();
        }
        int at = lower.indexOf("\r\ncontent-length:");
        return head
                + (at < 0
                        ? rest()
                        : read(Integer.parseInt(head.substring(at + 17, head.indexOf("\r\n", at + 2))
                                .strip())));
    }

    private String chunks() throws IOException {
        StringBuilder chunks = new StringBuilder();
        String size;
        do {
            size = line();
            chunks.append(size).append(read(Integer.parseInt(size.strip(), 16))).append(line());
        } while (!size.startsWith("0"));
        return chunks.toString();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\n") < 0) {
            line.append(read(1));
        }
        return line.toString();
    }

    /** Reads a head with its blank line. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (!(head.length() > 3 && head.substring(head.length() - 4).equals("\r\n\r\n"))) {
            int next = in().read();
            if (next < 0) {
                throw new EOFException("the proxy closed after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Reads so many bytes. */
    String read(int length) throws IOException {
        byte[] bytes = in().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the proxy closed after: " + new String(bytes, StandardCharsets.ISO_8859_1));
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Reads until the proxy closes. */
    String rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in().transferTo(rest);
        } catch (SocketException reset) {
            rest.writeBytes("<reset>".getBytes(StandardCharsets.ISO_8859_1));
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** Says that no more will come. */
    RawClient sendNoMore() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
