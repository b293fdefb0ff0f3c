package io.sluice.capture;

import io.sluice.capture.read.CaptureListener;
import io.sluice.capture.read.CaptureTopic;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CheckReport;
import io.sluice.capture.read.ContractChecker;
import io.sluice.capture.read.End;
import io.sluice.capture.read.ExchangeAssembler;
import io.sluice.capture.read.ExchangeId;
import io.sluice.capture.read.PartitionReader;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.Trouble;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Record;
import io.sluice.testkit.KafkaProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;

/** One topic of a real Kafka, and everything that lies in it when it is read. */
final class Capture {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Map<String, String> kafka;
    private final String topic;

    private Capture(Map<String, String> kafka, String topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    static Capture create(KafkaProcess broker, int partitions) throws Exception {
        return create(broker, partitions, Map.of("message.timestamp.type", "LogAppendTime"));
    }

    static Capture create(KafkaProcess broker, int partitions, Map<String, String> settings) throws Exception {
        return create(Map.of("bootstrap.servers", broker.address()), partitions, settings);
    }

    static Capture create(Map<String, String> kafka, int partitions) throws Exception {
        return create(kafka, partitions, Map.of());
    }

    private static Capture create(Map<String, String> kafka, int partitions, Map<String, String> settings)
            throws Exception {
        Capture capture = new Capture(kafka, "capture-" + NUMBER.incrementAndGet());
        try (Admin admin = Admin.create(Map.<String, Object>copyOf(capture.kafka))) {
            admin.createTopics(List.of(new NewTopic(capture.topic, Optional.of(partitions), Optional.of((short) 1))
                            .configs(settings)))
                    .all()
                    .get();
        }
        return capture;
    }

    /** One that is there already. */
    static Capture existing(String brokers, String topic) {
        return new Capture(Map.of("bootstrap.servers", brokers), topic);
    }

    /** Changes a setting of the topic. */
    void setting(String name, String value) throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>copyOf(kafka))) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
        }
    }

    Map<String, String> kafka() {
        return kafka;
    }

    String topic() {
        return topic;
    }

    /**
     * @param exchanges of which nothing more comes, in the order of their ends
     * @param controls everything but fragments and heartbeats, by partition
     * @param times by partition
     * @param troubles what the readers said
     */
    record Content(
            CheckReport report,
            List<CapturedExchange> exchanges,
            Map<Integer, List<Record>> controls,
            Map<Integer, Long> times,
            List<String> troubles) {

        List<Record> controls(Record.KindCase kind) {
            return controls.values().stream()
                    .flatMap(List::stream)
                    .filter(record -> record.getKindCase() == kind)
                    .toList();
        }
    }

    /** Reads all that is there now. */
    Content read() throws UnreadableRecordException {
        ContractChecker checker = new ContractChecker();
        List<CapturedExchange> exchanges = new ArrayList<>();
        List<String> troubles = new ArrayList<>();
        Map<Integer, PartitionReader> readers = new HashMap<>();
        Map<Integer, List<Record>> controls = new HashMap<>();
        try (CaptureTopic records = new CaptureTopic(kafka, topic)) {
            records.readToEnd((partition, offset, key, value) -> {
                checker.record(partition, offset, key, value);
                Record record = decode(key, value);
                readers.computeIfAbsent(
                                partition, at -> new PartitionReader(new Listening(exchanges, troubles), 1_000_000))
                        .read(record);
                if (!record.hasFragment() && !record.hasHeartbeat()) {
                    controls.computeIfAbsent(partition, at -> new ArrayList<>()).add(record);
                }
            });
        }
        Map<Integer, Long> times = new HashMap<>();
        readers.forEach((partition, reader) -> times.put(partition, reader.time()));
        return new Content(checker.report(), exchanges, controls, times, troubles);
    }

    private static Record decode(byte[] key, byte[] value) {
        try {
            return RecordDecoder.decode(key, value);
        } catch (UnreadableRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Listening implements CaptureListener {

        private final ExchangeAssembler assembler;
        private final List<String> troubles;

        Listening(List<CapturedExchange> exchanges, List<String> troubles) {
            this.assembler = new ExchangeAssembler(exchanges::add, 256 << 20);
            this.troubles = troubles;
        }

        @Override
        public void fragment(ExchangeId id, long stamp, Fragment fragment) {
            assembler.fragment(id, stamp, fragment);
        }

        @Override
        public void ended(ExchangeId id, End end) {
            assembler.ended(id, end);
        }

        @Override
        public void trouble(ExchangeId id, Trouble trouble, String detail) {
            troubles.add(trouble + " " + id + " " + detail);
            assembler.trouble(id, trouble, detail);
        }
    }
}
