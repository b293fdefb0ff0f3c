package io.sluice.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.Durability;
import io.sluice.capture.KafkaRecorder;
import io.sluice.capture.MarkReceipt;
import io.sluice.capture.OnKafkaFailure;
import io.sluice.capture.Recorder;
import io.sluice.capture.RecorderSettings;
import io.sluice.capture.RecorderStatus;
import io.sluice.config.CaptureConfig;
import io.sluice.config.HostPort;
import io.sluice.config.MigrationConfig;
import io.sluice.config.ProxyConfig;
import io.sluice.proxy.admin.Administered;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The capture of a proxy, as its configuration wants it, and as its admin port shows it. */
final class Recording implements Administered.Capture, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaRecorder recorder;

    private Recording(KafkaRecorder recorder) {
        this.recorder = recorder;
    }

    /**
     * Opens the journal, publishes what an earlier run left in it, and is then ready for clients.
     *
     * @param adminPort where the admin port is, which other proxies and commands are told
     * @return null when the configuration has no capture
     * @throws IOException when Kafka does not answer, its topic is not as it must be, or the journal cannot be used
     */
    static @Nullable Recording open(MigrationConfig config, int adminPort) throws IOException {
        CaptureConfig capture = config.capture();
        return capture == null ? null : new Recording(KafkaRecorder.open(settings(config, capture, adminPort)));
    }

    static RecorderSettings settings(MigrationConfig config, CaptureConfig capture, int adminPort) {
        ProxyConfig proxy = SettingsReader.proxy(config);
        HostPort admin = proxy.adminAdvertised() == null
                ? new HostPort(proxy.admin().host(), adminPort) // the configured one may be 0: any
                : proxy.adminAdvertised();
        ProxyConfig.Journal journal = proxy.journal();
        RecorderSettings.Builder settings = RecorderSettings.of(
                        capture.topic(),
                        capture.partitions(),
                        capture.kafka(),
                        SettingsReader.file(config, journal.path(), "proxy.journal.path", "journal"))
                .journalBytes(journal.max().bytes())
                .durability(Durability.valueOf(capture.durability().name()))
                .onKafkaFailure(OnKafkaFailure.valueOf(capture.onKafkaFailure().name()))
                .admin(admin.toString())
                .drainTimeout(proxy.drain());
        return (capture.deadAfter() == null ? settings : settings.deadAfter(capture.deadAfter())).build();
    }

    Recorder recorder() {
        return recorder;
    }

    @Override
    public JsonNode status() {
        RecorderStatus now = recorder.status();
        ObjectNode status = JSON.createObjectNode();
        status.put("proxy", now.proxy().toString());
        status.put("incarnation", now.incarnation());
        status.put("state", now.state().name().toLowerCase(Locale.ROOT));
        status.put("reason", now.reason());
        status.putObject("journal").put("bytes", now.journalBytesUsed()).put("max_bytes", now.journalBytesBound());
        status.put("oldest_unacknowledged_ms", now.oldestUnacknowledgedMillis());
        status.put("in_flight", now.inFlight());
        status.put("waiting", now.waiting());
        counts(status.putObject("counts"), now.counts());
        ArrayNode proxies = status.putArray("proxies");
        for (RecorderStatus.Proxy one : now.proxies()) {
            proxies.addObject()
                    .put("proxy", one.proxy().toString())
                    .put("incarnation", one.incarnation())
                    .put("admin", one.admin())
                    .put("silent_ms", one.silentMillis());
        }
        return status;
    }

    private static void counts(ObjectNode json, RecorderStatus.Counts counts) {
        json.put("records", counts.records());
        json.put("acknowledged", counts.acknowledged());
        json.put("writes", counts.writes());
        json.put("reads", counts.reads());
        json.put("refused_writes", counts.refusedWrites());
        json.put("uncaptured_writes", counts.uncapturedWrites());
        json.put("uncaptured_reads", counts.uncapturedReads());
        json.put("heartbeats", counts.heartbeats());
        json.put("producer_restarts", counts.producerRestarts());
    }

    @Override
    public CompletionStage<JsonNode> mark(String name, Map<String, String> properties) {
        return recorder.mark(name, properties).thenApply(Recording::receipt);
    }

    private static JsonNode receipt(MarkReceipt receipt) {
        ObjectNode json = JSON.createObjectNode()
                .put("name", receipt.name())
                .put("proxy", receipt.run().proxy().toString())
                .put("incarnation", receipt.run().incarnation());
        ArrayNode partitions = json.putArray("partitions");
        for (MarkReceipt.InPartition one : receipt.partitions()) {
            ArrayNode open = partitions
                    .addObject()
                    .put("partition", one.partition())
                    .put("stamp", one.stamp())
                    .putArray("open");
            for (MarkReceipt.Open exchange : one.open()) {
                open.addObject()
                        .put("connection", exchange.connection())
                        .put("exchange", exchange.exchange())
                        .put("began", exchange.began());
            }
        }
        return json;
    }

    @Override
    public void close() {
        recorder.close();
    }
}
