package io.sluice.capture;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a recorder needs to know. {@link #toString} names no secret.
 *
 * @param topic where the capture lies; it must exist
 * @param partitions how many partitions the topic has; fixed for its whole life
 * @param kafka properties of Kafka's clients: {@code bootstrap.servers}, security, time limits of connections. What the
 *     order and safety of records depend on is not the caller's to set
 * @param journal the folder of the journal, which also holds the proxy's name; one proxy's own
 * @param journalBytes how large all files of the journal may be together
 * @param recordBytes how large key and value of one record may be: 16 KB to 1,000,000 bytes
 * @param durability what writes wait for
 * @param onKafkaFailure what happens when Kafka acknowledges nothing
 * @param ackTimeout for how long Kafka may acknowledge nothing while something waits, before it counts as failing
 * @param admin where the proxy's admin port is reached by commands, {@code host:port}; empty if nowhere
 * @param deadAfter after which silence of another proxy this one declares it forgotten; empty: never
 * @param startTimeout for how long opening waits for Kafka
 * @param drainTimeout for how long closing waits for what the journal holds
 */
public record RecorderSettings(
        String topic,
        int partitions,
        Map<String, String> kafka,
        Path journal,
        long journalBytes,
        int recordBytes,
        Durability durability,
        OnKafkaFailure onKafkaFailure,
        Duration ackTimeout,
        String admin,
        Optional<Duration> deadAfter,
        Duration startTimeout,
        Duration drainTimeout) {

    private static final int MOST_PARTITIONS = 1 << 14;
    private static final int SMALLEST_RECORD = 16 << 10;
    private static final int LARGEST_RECORD = 1_000_000;

    /** Ours, because the contract of the capture rests on them. */
    private static final Set<String> FIXED = Set.of(
            "acks",
            "enable.idempotence",
            "transactional.id",
            "max.in.flight.requests.per.connection",
            "key.serializer",
            "value.serializer",
            "key.deserializer",
            "value.deserializer",
            "partitioner.class",
            "delivery.timeout.ms",
            "retries",
            "max.block.ms",
            "interceptor.classes");

    public RecorderSettings {
        kafka = Map.copyOf(kafka);
        require(!topic.isBlank(), "topic must be named");
        require(partitions >= 1 && partitions <= MOST_PARTITIONS, "partitions must be 1 to 16,384, not " + partitions);
        require(
                recordBytes >= SMALLEST_RECORD && recordBytes <= LARGEST_RECORD,
                "recordBytes must be 16,384 to 1,000,000, not " + recordBytes);
        require(!ackTimeout.isNegative() && !ackTimeout.isZero(), "ackTimeout must be positive");
        require(kafka.containsKey("bootstrap.servers"), "kafka must have bootstrap.servers");
        for (String fixed : FIXED) {
            require(!kafka.containsKey(fixed), "kafka must not have " + fixed + ": the capture sets it itself");
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("The settings of the capture are wrong: " + message + ".");
        }
    }

    /** Settings with defaults for all but where the capture goes. */
    public static Builder of(String topic, int partitions, Map<String, String> kafka, Path journal) {
        return new Builder(topic, partitions, kafka, journal);
    }

    /** Leaves out the values of Kafka's properties, which may be secrets, but for the brokers. */
    @Override
    public String toString() {
        return "RecorderSettings[topic=%s, partitions=%d, brokers=%s, kafka=%s, journal=%s, journalBytes=%d, recordBytes=%d, durability=%s, onKafkaFailure=%s, ackTimeout=%s, admin=%s, deadAfter=%s, startTimeout=%s, drainTimeout=%s]"
                .formatted(
                        topic,
                        partitions,
                        kafka.get("bootstrap.servers"),
                        new TreeMap<>(kafka).keySet(),
                        journal,
                        journalBytes,
                        recordBytes,
                        durability,
                        onKafkaFailure,
                        ackTimeout,
                        admin,
                        deadAfter,
                        startTimeout,
                        drainTimeout);
    }

    /** Collects settings. */
    public static final class Builder {

        private final String topic;
        private final int partitions;
        private final Map<String, String> kafka;
        private final Path journal;
        private long journalBytes = 1L << 30;
        private int recordBytes = 512 << 10;
        private Durability durability = Durability.BEFORE_RESPONSE;
        private OnKafkaFailure onKafkaFailure = OnKafkaFailure.SPILL;
        private Duration ackTimeout = Duration.ofSeconds(2);
        private String admin = "";
        private Optional<Duration> deadAfter = Optional.empty();
        private Duration startTimeout = Duration.ofSeconds(60);
        private Duration drainTimeout = Duration.ofSeconds(20);

        private Builder(String topic, int partitions, Map<String, String> kafka, Path journal) {
            this.topic = topic;
            this.partitions = partitions;
            this.kafka = kafka;
            this.journal = journal;
        }

        /** Default 1 GB. */
        public Builder journalBytes(long bytes) {
            journalBytes = bytes;
            return this;
        }

        /** Default 512 KB. */
        public Builder recordBytes(int bytes) {
            recordBytes = bytes;
            return this;
        }

        /** Default {@link Durability#BEFORE_RESPONSE}. */
        public Builder durability(Durability chosen) {
            durability = chosen;
            return this;
        }

        /** Default {@link OnKafkaFailure#SPILL}. */
        public Builder onKafkaFailure(OnKafkaFailure chosen) {
            onKafkaFailure = chosen;
            return this;
        }

        /** Default 2 seconds. */
        public Builder ackTimeout(Duration limit) {
            ackTimeout = limit;
            return this;
        }

        /** Default: nowhere. */
        public Builder admin(String address) {
            admin = address;
            return this;
        }

        /** Default: never. */
        public Builder deadAfter(Duration silence) {
            deadAfter = Optional.of(silence);
            return this;
        }

        /** Default 60 seconds. */
        public Builder startTimeout(Duration limit) {
            startTimeout = limit;
            return this;
        }

        /** Default 20 seconds. */
        public Builder drainTimeout(Duration limit) {
            drainTimeout = limit;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @throws IllegalArgumentException if one is out of bounds
         */
        public RecorderSettings build() {
            return new RecorderSettings(
                    topic,
                    partitions,
                    kafka,
                    journal,
                    journalBytes,
                    recordBytes,
                    durability,
                    onKafkaFailure,
                    ackTimeout,
                    admin,
                    deadAfter,
                    startTimeout,
                    drainTimeout);
        }
    }
}
