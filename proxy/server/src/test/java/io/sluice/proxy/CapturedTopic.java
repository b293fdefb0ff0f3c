package io.sluice.proxy;

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
import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.TopicAdmin;
import io.sluice.capture.topic.TopicPlan;
import io.sluice.capture.wire.Fragment;
import io.sluice.testkit.KafkaProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The topic of a capture, and everything that lies in it when it is read. */
final class CapturedTopic {

    static final int PARTITIONS = 4;

    private static final int MOST_OPEN = 1_000_000;
    private static final long MOST_BYTES = 512L << 20;

    private final Map<String, String> kafka;
    private final String name;

    private CapturedTopic(Map<String, String> kafka, String name) {
        this.kafka = kafka;
        this.name = name;
    }

    static CapturedTopic create(KafkaProcess broker, String name) throws Exception {
        Map<String, String> kafka = Map.of("bootstrap.servers", broker.address());
        try (TopicAdmin admin = TopicAdmin.open(new KafkaAccess(kafka, name))) {
            admin.create(TopicPlan.live(PARTITIONS, 1, null));
        }
        return new CapturedTopic(kafka, name);
    }

    /** The section of a configuration that has it written. */
    String section() {
        return """
                capture:
                  brokers: [%s]
                  topic: %s
                  partitions: %d
                """.formatted(kafka.get("bootstrap.servers"), name, PARTITIONS);
    }

    /**
     * What lies there.
     *
     * @param report whether it keeps the contract
     * @param exchanges of which nothing more comes, in the order of their ends
     * @param troubles what the readers said
     */
    record Content(CheckReport report, List<CapturedExchange> exchanges, List<String> troubles) {}

    Content read() {
        ContractChecker checker = new ContractChecker();
        List<CapturedExchange> exchanges = new ArrayList<>();
        List<String> troubles = new ArrayList<>();
        Map<Integer, PartitionReader> readers = new HashMap<>();
        try (CaptureTopic topic = new CaptureTopic(kafka, name)) {
            topic.readToEnd((partition, offset, key, value) -> {
                checker.record(partition, offset, key, value);
                PartitionReader reader = readers.computeIfAbsent(
                        partition, at -> new PartitionReader(new Listening(exchanges, troubles), MOST_OPEN));
                try {
                    reader.read(RecordDecoder.decode(key, value));
                } catch (UnreadableRecordException unreadable) {
                    throw new AssertionError(unreadable);
                }
            });
        }
        return new Content(checker.report(), exchanges, troubles);
    }

    /** Puts exchanges together, and keeps what it is told of trouble. */
    private static final class Listening implements CaptureListener {

        private final ExchangeAssembler assembler;
        private final List<String> troubles;

        Listening(List<CapturedExchange> exchanges, List<String> troubles) {
            this.assembler = new ExchangeAssembler(exchanges::add, MOST_BYTES);
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
