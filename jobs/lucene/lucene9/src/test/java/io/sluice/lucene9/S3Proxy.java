package io.sluice.lucene9;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An S3 of our own: a child process that checks signatures and serves the folders below one as buckets. */
record S3Proxy(Process process, int port) implements AutoCloseable {

    static final String ACCESS_KEY = "AKIDEXAMPLE";
    static final String SECRET_KEY = "wJalrXUtnFEMI";

    private static final Duration START = Duration.ofSeconds(60);

    /** @param work where its configuration and log go */
    static S3Proxy start(Path buckets, Path work) throws IOException, InterruptedException {
        int port = freePort();
        Path configuration = work.resolve("s3proxy.conf");
        Files.write(
                configuration,
                List.of(
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.identity=" + ACCESS_KEY,
                        "s3proxy.credential=" + SECRET_KEY,
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.filesystem.basedir=" + buckets));
        Path log = work.resolve("s3proxy.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-jar",
                        System.getProperty("s3proxy.jar"),
                        "--properties",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        S3Proxy proxy = new S3Proxy(process, port);
        proxy.awaitStart(log);
        return proxy;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    private void awaitStart(Path log) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(START);
        while (!listens()) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || Instant.now().isAfter(deadline)) {
                throw new IOException("S3Proxy did not start:\n" + Files.readString(log));
            }
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
