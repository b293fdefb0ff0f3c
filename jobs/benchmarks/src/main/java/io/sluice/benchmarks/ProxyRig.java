package io.sluice.benchmarks;

import io.sluice.testkit.BulkSinkProcess;
import io.sluice.testkit.HaproxyProcess;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ProxyProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** What the proxy is measured with: sources, HAProxy, a Kafka, proxies of ours; all of them processes of their own that end with it. */
final class ProxyRig implements AutoCloseable {

    /** Something that stands in front of a source, or a source. */
    record Part(String name, URI endpoint, long pid) {}

    /** As many as the configuration's default. */
    static final int PARTITIONS = 16;

    private final Path script;
    private final Path folder;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private int proxies;

    /**
     * @param script {@code proxy/bin/sluice-proxy}
     * @param folder for configurations, journals and logs
     */
    ProxyRig(Path script, Path folder) {
        this.script = script;
        this.folder = folder;
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.push(opened);
        return opened;
    }

    Part source(HaproxyProcess source) {
        keep(source);
        return new Part("source", source.endpoint(), source.pid());
    }

    /** A source that reads bodies of any size to their end: HAProxy answers when its buffer is full. */
    Part swallowing() throws IOException {
        BulkSinkProcess sink = keep(BulkSinkProcess.start(1));
        return new Part("sink", sink.endpoint(), sink.pid());
    }

    Part haproxy(Part source) throws IOException {
        HaproxyProcess haproxy = keep(HaproxyProcess.passingTo(source.endpoint()));
        return new Part("haproxy", haproxy.endpoint(), haproxy.pid());
    }

    KafkaProcess kafka() throws IOException {
        return keep(KafkaProcess.start(KafkaSetup.single()));
    }

    /** A proxy that captures nothing. */
    Part proxy(String name, Part source) throws IOException {
        return proxy(name, source, "");
    }

    /** A proxy that captures everything, with all defaults, into a topic of its own. */
    Part proxy(String name, Part source, KafkaProcess kafka) throws IOException {
        String topic = "capture-" + proxies;
        createTopic(kafka, topic);
        return proxy(name, source, "capture: {brokers: [\"%s\"], topic: %s}%n".formatted(kafka.address(), topic));
    }

    static void createTopic(KafkaProcess kafka, String topic) throws IOException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.address()))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while topic " + topic + " was created", interrupted);
        } catch (ExecutionException refused) {
            throw new IOException("Kafka at " + kafka.address() + " does not create " + topic, refused.getCause());
        }
    }

    private Part proxy(String name, Part source, String capture) throws IOException {
        Path configuration = folder.resolve("proxy-" + proxies++ + ".yaml");
        Files.writeString(
                configuration,
                """
                name: bench-%d
                state: %s
                source: {endpoint: "%s"}
                proxy: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", journal: {path: "%s", max: 256mb}}
                """.formatted(proxies, folder.resolve("state"), source.endpoint(), folder.resolve("journal-" + proxies))
                        + capture);
        ProxyProcess proxy = keep(ProxyProcess.start(script, configuration, folder.resolve(name + ".log")));
        return new Part(name, proxy.endpoint(), proxy.pid());
    }

    @Override
    public void close() throws IOException {
        Exception failure = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw new IOException("what was measured did not end well: " + failure.getMessage(), failure);
        }
    }
}
