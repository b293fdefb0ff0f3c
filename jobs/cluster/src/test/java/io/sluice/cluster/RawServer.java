package io.sluice.cluster;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * A server that does exactly what a test says, to the byte and to the moment. It stands in for broken
 * networks, broken proxies and servers under stress, which cannot be had on demand.
 */
final class RawServer implements AutoCloseable {

    /** What happens on each connection. When it returns, the connection is closed. */
    interface Script {
        void run(Peer peer) throws Exception;
    }

    private final ServerSocket listener;
    private final String scheme;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private RawServer(ServerSocket listener, String scheme, Script script) {
        this.listener = listener;
        this.scheme = scheme;
        threads.execute(() -> accept(script));
    }

    static RawServer plain(Script script) throws IOException {
        return new RawServer(new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1")), "http", script);
    }

    static RawServer tls(SSLContext context, boolean wantsClientCertificate, Script script) throws IOException {
        SSLServerSocket listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
        listener.setNeedClientAuth(wantsClientCertificate);
        return new RawServer(listener, "https", script);
    }

    /** A script that answers every request alike and keeps the connection. */
    static Script answering(String answer) {
        return peer -> {
            while (peer.request() != null) {
                peer.answer(answer);
            }
        };
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
    }

    URI uri() {
        return URI.create(scheme + "://localhost:" + listener.getLocalPort());
    }

    /** Connections taken so far. */
    int connections() {
        return sockets.size();
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

    private static void serve(Socket socket, Script script) {
        try (socket) {
            script.run(new Peer(socket));
        } catch (Exception broken) {
            return; // the client went away or the test is over: the test sees it on its own side
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

    /** A request as it came: header names in lower case. */
    record Request(String method, String target, Map<String, String> headers, byte[] body) {

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** One connection, seen from the server. */
    record Peer(Socket socket) {

        InputStream in() throws IOException {
            return socket.getInputStream();
        }

        OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        void answer(String bytes) throws IOException {
            out().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out().flush();
        }

        /** Reads one request; null when the client has closed. */
        Request request() throws IOException {
            Request head = head();
            if (head == null) {
                return null;
            }
            int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
            byte[] body = in().readNBytes(length);
            if (body.length < length) {
                throw new EOFException("the request was cut");
            }
            return new Request(head.method(), head.target(), head.headers(), body);
        }

        /** Reads one request's head and leaves its body unread; null when the client has closed. */
        Request head() throws IOException {
            String line = line();
            if (line == null) {
                return null;
            }
            String[] start = line.split(" ");
            Map<String, String> headers = new TreeMap<>();
            for (String header = line(); header != null && !header.isEmpty(); header = line()) {
                int colon = header.indexOf(':');
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            return new Request(start[0], start[1], headers, new byte[0]);
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in().read(); next != '\n'; next = in().read()) {
                if (next < 0) {
                    return null;
                }
                line.write(next);
            }
            return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        }
    }
}
