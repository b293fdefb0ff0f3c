package io.sluice.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * HAProxy as a child process with one thread: what a proxy is measured against, and a source that answers at once and costs
 * little. It is taken from the PATH, and never outlives this JVM.
 */
public final class HaproxyProcess implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int TAIL_LINES = 20;

    private static final String DEFAULTS = """
            global
              maxconn 8000
              nbthread 1
            %s
            defaults
              mode http
              http-reuse always
              timeout connect 5s
              timeout client 300s
              timeout server 300s
            frontend in
              bind 127.0.0.1:%d
            """;

    private static final String READ_ANSWER =
            "{\"took\":1,\"timed_out\":false,\"_shards\":{\"total\":1,\"successful\":1,\"skipped\":0,\"failed\":0},"
                    + "\"hits\":{\"total\":{\"value\":0,\"relation\":\"eq\"},\"max_score\":null,\"hits\":[]}}";
    private static final String WRITE_ANSWER =
            "{\"_index\":\"books\",\"_type\":\"_doc\",\"_id\":\"1\",\"_version\":1,\"result\":\"created\","
                    + "\"_shards\":{\"total\":2,\"successful\":1,\"failed\":0},\"_seq_no\":0,\"_primary_term\":1}";

    private final ChildProcess child;
    private final Path work;
    private final URI endpoint;

    private HaproxyProcess(ChildProcess child, Path work, URI endpoint) {
        this.child = child;
        this.work = work;
        this.endpoint = endpoint;
    }

    /** Passes requests on, and does nothing else. */
    public static HaproxyProcess passingTo(URI upstream) throws IOException {
        return start("", """
                  default_backend source
                backend source
                  server source %s:%d
                """.formatted(upstream.getHost(), upstream.getPort()));
    }

    /** Answers what a cluster might: to GET as to a search, to everything else, once its body is there, as to one document. */
    public static HaproxyProcess answering() throws IOException {
        return start("", """
                  http-request wait-for-body time 60s unless METH_GET
                  http-request return status 200 content-type application/json string '%s' if METH_GET
                  http-request return status 201 content-type application/json string '%s'
                """.formatted(READ_ANSWER, WRITE_ANSWER));
    }

    /** Reads the body of a request and answers, that much later, as a cluster does to one document. */
    public static HaproxyProcess answeringAfter(Duration delay) throws IOException {
        Path script = Files.createTempFile("sluice-haproxy-", ".lua");
        try {
            Files.writeString(script, """
                    core.register_service("delayed", "http", function(applet)
                      applet:receive()
                      core.msleep(%d)
                      local body = '%s'
                      applet:set_status(201)
                      applet:add_header("content-type", "application/json")
                      applet:add_header("content-length", string.len(body))
                      applet:start_response()
                      applet:send(body)
                    end)
                    """.formatted(delay.toMillis(), WRITE_ANSWER));
            return start("  lua-load " + script, "  http-request use-service lua.delayed\n");
        } finally {
            Files.deleteIfExists(script);
        }
    }

    private static HaproxyProcess start(String global, String frontend) throws IOException {
        int port = Ports.free();
        Path work = Files.createTempDirectory("sluice-haproxy-");
        Path configuration = work.resolve("haproxy.cfg");
        Files.writeString(configuration, DEFAULTS.formatted(global, port) + frontend);
        ChildProcess child = ChildProcess.start(
                List.of("haproxy", "-db", "-f", configuration.toString()),
                Map.of(),
                work,
                work.resolve("haproxy.log"),
                Optional.of(work));
        try {
            await(child, port);
            return new HaproxyProcess(child, work, URI.create("http://127.0.0.1:" + port));
        } catch (IOException | RuntimeException failed) {
            child.kill();
            Folders.delete(work);
            throw failed;
        }
    }

    private static void await(ChildProcess child, int port) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isOpen(port)) {
            if (child.waitFor(POLL).isPresent() || System.nanoTime() > deadline) {
                throw new ServerStartException("Cannot start HAProxy. Is it installed? The end of its log:%n%s"
                        .formatted(child.logTail(TAIL_LINES)));
            }
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) POLL.toMillis());
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** Where it answers. */
    public URI endpoint() {
        return endpoint;
    }

    /** Its process id. */
    public long pid() {
        return child.pid();
    }

    @Override
    public void close() throws IOException {
        child.kill();
        Folders.delete(work);
    }
}
