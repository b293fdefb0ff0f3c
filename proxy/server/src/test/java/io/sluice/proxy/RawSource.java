package io.sluice.proxy;

import io.sluice.config.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A source that does to each connection what a test says, byte for byte, and remembers what it was sent. */
final class RawSource implements AutoCloseable {

    interface Script {
        void run(Peer peer) throws Exception;
    }

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "raw-source");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

    RawSource(Script script) throws IOException {
        this(0, script);
    }

    RawSource(int port, Script script) throws IOException {
        listener = new ServerSocket(port, 256, InetAddress.getLoopbackAddress());
        threads.execute(() -> accept(script));
    }

    /** Answers every request in the same way. */
    static RawSource answering(String answer) throws IOException {
        return new RawSource(peer -> {
            while (peer.request() != null) {
                peer.send(answer);
            }
        });
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
    }

    HostPort address() {
        return new HostPort("127.0.0.1", listener.getLocalPort());
    }

    /** Connections taken so far. */
    int connections() {
        return sockets.size();
    }

    /** The next request that came over any connection. */
    Request next() throws InterruptedException {
        Request next = requests.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request came to the source within 10 s");
        }
        return next;
    }

    /** Requests that came and were not asked for. */
    int unasked() {
        return requests.size();
    }

    private void accept(Script script) {
        try {
            while (!listener.isClosed()) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                threads.execute(() -> serve(socket, script));
            }
        } catch (IOException closed) {
            return; // the test is over
        }
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            script.run(new Peer(socket, requests));
        } catch (Exception broken) {
            return; // the proxy went away or the test is over: the test sees it on its own side
        }
    }

    /** Ends all connections as a process that dies does. */
    void resetAll() throws IOException {
        for (Socket socket : sockets) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }

    /**
     * A request as it came.
     *
     * @param body with its chunks taken apart; {@code trailers} are header lines
     */
    record Request(String head, byte[] body, String trailers) {

        String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        String line() {
            return head.substring(0, head.indexOf("\r\n"));
        }
    }

    /** One connection, seen from the source. */
    record Peer(Socket socket, BlockingQueue<Request> requests) {

        InputStream in() throws IOException {
            return socket.getInputStream();
        }

        void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        /** Reads one whole request; null when the proxy has closed. */
        Request request() throws IOException {
            String head = head();
            if (head == null) {
                return null;
            }
            Request request = body(head);
            requests.add(request);
            return request;
        }

        /** Reads the body that a head tells of. */
        Request body(String head) throws IOException {
            String lower = head.toLowerCase(Locale.ROOT);
            if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
                return chunked(head);
            }
            int at = lower.indexOf("\r\ncontent-length:");
            int length = at < 0
                    ? 0
                    : Integer.parseInt(lower.substring(at + 17, lower.indexOf("\r\n", at + 2))
                            .strip());
            byte[] body = in().readNBytes(length);
            if (body.length < length) {
                throw new EOFException("the request was cut");
            }
            return new Request(head, body, "");
        }

        private Request chunked(String head) throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                byte[] chunk = in().readNBytes(size);
                if (chunk.length < size || !line().isEmpty()) {
                    throw new EOFException("the request was cut");
                }
                body.write(chunk);
            }
            StringBuilder trailers = new StringBuilder();
            for (String line = line(); !line.isEmpty(); line = line()) {
                trailers.append(line).append("\r\n");
            }
            return new Request(head, body.toByteArray(), trailers.toString());
        }

        /** Reads a head with its blank line; null when the proxy has closed. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (true) {
                int next = in().read();
                if (next < 0) {
                    return null;
                }
                head.append((char) next);
                if (next == '\n'
                        && head.length() > 3
                        && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                    return head.toString();
                }
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in().read(); next != '\n'; next = in().read()) {
                if (next < 0) {
                    throw new EOFException("the request was cut");
                }
                line.append((char) next);
            }
            return line.toString().stripTrailing();
        }
    }
}
