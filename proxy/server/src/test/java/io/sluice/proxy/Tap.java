package io.sluice.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes bytes between a client and a server as they are, and keeps what passed. */
final class Tap implements AutoCloseable {

    private final ServerSocket listener;
    private final int port;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    private Tap(int port) throws IOException {
        this.port = port;
        this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    }

    /** A tap in front of a port of the loopback address. */
    static Tap before(int port) throws IOException {
        Tap tap = new Tap(port);
        start(tap::accept);
        return tap;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** In the order in which they were made. */
    List<Connection> connections() {
        return connections;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Connection connection = new Connection(client, new Socket(InetAddress.getLoopbackAddress(), port));
                connections.add(connection);
                start(connection::requests);
                start(connection::answers);
            }
        } catch (IOException closed) {
            return; // the test is over
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "tap");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Connection connection : connections) {
            connection.client.close();
            connection.server.close();
        }
    }

    /** One connection of a client, and what passed over it. */
    static final class Connection {

        private final Socket client;
        private final Socket server;
        private final NavigableMap<Integer, Long> arrivals = new ConcurrentSkipListMap<>();
        private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
        private final ByteArrayOutputStream answered = new ByteArrayOutputStream();

        Connection(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        /** Where the server sees it come from. */
        String from() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        /** When a byte of what was asked came, by a clock that all connections share. */
        long arrival(int offset) {
            return arrivals.floorEntry(offset).getValue();
        }

        byte[] asked() {
            return asked.toByteArray();
        }

        byte[] answered() {
            return answered.toByteArray();
        }

        private void requests() {
            pass(client, server, asked);
        }

        private void answers() {
            pass(server, client, answered);
        }

        private void pass(Socket from, Socket to, ByteArrayOutputStream kept) {
            byte[] piece = new byte[64 << 10];
            try {
                InputStream in = from.getInputStream();
                for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                    if (kept == asked) {
                        arrivals.put(kept.size(), System.nanoTime());
                    }
                    kept.write(piece, 0, length);
                    to.getOutputStream().write(piece, 0, length);
                }
                to.shutdownOutput();
            } catch (IOException closed) {
                return; // one of both left, which is theirs to do
            }
        }
    }
}
