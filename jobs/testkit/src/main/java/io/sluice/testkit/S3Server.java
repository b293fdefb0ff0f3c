package io.sluice.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An S3 server as a child process: serves a folder, whose sub-folders are the buckets, and refuses requests
 * whose signature is wrong. Requests without any signature are refused too, but for reading a file that
 * everybody on the machine may read: that is a public object. S3Proxy with its file-system back end does the
 * work.
 */
public final class S3Server implements AutoCloseable {

    private static final Coordinates S3PROXY = Coordinates.of("org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies");

    private static final int START_ATTEMPTS = 4;
    private static final int HEAP_MEGABYTES = 256;
    private static final Duration START_TIMEOUT = Duration.ofMinutes(4);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int TAIL_LINES = 40;

    private final ChildProcess child;
    private final Path work;
    private final int port;

    private S3Server(ChildProcess child, Path work, int port) {
        this.child = child;
        this.work = work;
        this.port = port;
    }

    /** Starts a server whose jar is kept in, or fetched into, this user's Maven repository. */
    public static S3Server start(Path folder, String accessKey, String secretKey) throws IOException {
        return start(folder, accessKey, secretKey, DistributionCache.ofUser());
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder what it serves: a bucket for each sub-folder
     * @throws MissingArtefactException when its jar cannot be fetched
     * @throws ServerStartException when there is no JDK 17, or when it does not come up
     */
    public static S3Server start(Path folder, String accessKey, String secretKey, DistributionCache cache)
            throws IOException {
        Jdk jdk = Jdks.java17()
                .orElseThrow(() -> new ServerStartException("Cannot start an S3 server: no JDK 17 was found under"
                        + " the usual folders or through JAVA_HOME. Install one."));
        Path jar = cache.files(List.of(S3PROXY)).get(0);
        Path work = Files.createTempDirectory("sluice-s3-");
        try {
            return startOnFreePort(work, properties(folder, accessKey, secretKey), jdk, jar);
        } catch (IOException | RuntimeException failed) {
            Folders.delete(work);
            throw failed;
        }
    }

    /** Where it answers; buckets are the first part of the path. Any region will do. */
    public URI endpoint() {
        return endpoint(port);
    }

    /** The process id of its JVM. */
    public long pid() {
        return child.pid();
    }

    /** Ends it. The served folder is left as it is. */
    @Override
    public void close() throws IOException {
        child.kill();
        Folders.delete(work);
    }

    private static URI endpoint(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static S3Server startOnFreePort(Path work, String properties, Jdk jdk, Path jar) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = Ports.free();
            Path log = work.resolve("s3-" + attempt + ".log");
            // The file holds the secret, which a command line would show to everybody.
            Path file = work.resolve("s3proxy.properties");
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, properties + "s3proxy.endpoint=" + endpoint(port) + "\n");
            ChildProcess child = ChildProcess.start(command(jdk, jar, file), Map.of(), work, log, Optional.of(work));
            try {
                awaitAnswer(child, port);
                return new S3Server(child, work, port);
            } catch (ServerStartException failed) {
                child.kill();
                if (attempt == START_ATTEMPTS || !LogTail.of(log, 500).contains("BindException")) {
                    throw failed;
                }
            }
        }
    }

    private static List<String> command(Jdk jdk, Path jar, Path properties) {
        return List.of(
                jdk.java().toString(),
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString(),
                "--properties",
                properties.toString());
    }

    private static String properties(Path folder, String accessKey, String secretKey) throws IOException {
        Path served = Files.createDirectories(folder).toAbsolutePath();
        return """
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.identity=local
                jclouds.credential=local
                jclouds.filesystem.basedir=%s
                """.formatted(accessKey, secretKey, served);
    }

    private static void awaitAnswer(ChildProcess child, int port) throws ServerStartException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers(port)) {
            boolean ended = child.waitFor(POLL).isPresent();
            if (ended || Thread.currentThread().isInterrupted() || System.nanoTime() > deadline) {
                String how = ended ? "it ended" : "it does not answer after " + START_TIMEOUT.toSeconds() + " s";
                throw new ServerStartException("Cannot start an S3 server on %s: %s. The end of its log:%n%s"
                        .formatted(endpoint(port), how, child.logTail(TAIL_LINES)));
            }
        }
    }

    /** Without a signature it refuses, which is an answer too. */
    private static boolean answers(int port) {
        try {
            return Servers.call(endpoint(port), "GET", "/", "", ANSWER_TIMEOUT).status() > 0;
        } catch (IOException notYet) {
            return false;
        }
    }
}
