package io.sluice.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback address.
 *
 * <p>They lie below the range from which systems take the local ports of outgoing connections. A port of
 * that range could be taken by anybody's client while a server restarts, even by a client that tries to
 * reach that very server and so ends up connected to itself.
 */
final class Ports {

    private static final int LOWEST = 12_000;
    private static final int BEYOND = 32_000;
    private static final int ATTEMPTS = 500;

    private Ports() {}

    /** A port that was free a moment ago. Whoever binds it must be ready to find it taken. */
    static int free() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("None of " + ATTEMPTS + " ports tried between " + LOWEST + " and " + BEYOND
                + " is free on the loopback address.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
