package io.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of the source's traffic, and where.
 *
 * @param brokers where Kafka is first asked
 * @param topic one for each migration
 * @param partitions fixed when the topic is made
 * @param retention how long Kafka keeps a record; null: for ever
 * @param security Kafka's own client settings: {@code security.*}, {@code sasl.*}, {@code ssl.*}, as they were written
 *     but for files, whose paths are absolute
 * @param durability what must be safe before a write goes on
 * @param onKafkaFailure what becomes of writes while Kafka does not acknowledge
 * @param keepCredentials whether credentials of requests are recorded
 * @param deadAfter how long a silent proxy holds time; null: for ever
 */
public record CaptureConfig(
        List<HostPort> brokers,
        String topic,
        int partitions,
        @Nullable Duration retention,
        Map<String, Secret> security,
        Durability durability,
        OnKafkaFailure onKafkaFailure,
        boolean keepCredentials,
        @Nullable Duration deadAfter) {

    /** What must be safe before a write goes on. */
    public enum Durability {
        /** The journal has the request before the source sees its end, and the answer before the client sees it. */
        BEFORE_RESPONSE,
        /** Kafka has both before the client sees the answer. */
        BEFORE_RESPONSE_FULL,
        /** Kafka has the request before the source sees it. */
        BEFORE_FORWARD,
        /** Nobody waits. */
        ASYNC
    }

    /** What becomes of writes while Kafka does not acknowledge. */
    public enum OnKafkaFailure {
        /** The journal takes everything, and is drained in order. */
        SPILL,
        /** New writes get a 503. */
        REJECT,
        /** They pass, and the capture is marked as compromised. */
        FORWARD
    }

    private static final ValueType<String> TOPIC =
            ValueType.text("the name of a Kafka topic", "topic", "[A-Za-z0-9._-]{1,249}");
    private static final String FOREVER = "forever";
    private static final Duration LEAST_RETENTION = Duration.ofMinutes(1);
    private static final Duration RETENTION_BY_DEFAULT = Duration.ofDays(7);
    private static final ValueType<Duration> RETENTION = new ValueType<>(
            "forever, or a duration of at least 1m such as 7d",
            "forever or duration",
            List.of(),
            CaptureConfig::retention,
            Duration.ZERO);
    private static final String NEVER = "never";
    private static final ValueType<Duration> DEAD_AFTER = new ValueType<>(
            "never, or a duration such as 10m",
            "never or duration",
            List.of(),
            CaptureConfig::deadAfter,
            Duration.ZERO);

    public CaptureConfig {
        brokers = List.copyOf(brokers);
        security = Map.copyOf(security);
    }

    static CaptureConfig read(Fields in, String migration) {
        Duration retention = in.value("retention", RETENTION, RETENTION_BY_DEFAULT, "7d");
        Duration deadAfter = in.value("dead_after", DEAD_AFTER, Duration.ZERO, NEVER);
        return new CaptureConfig(
                in.requiredList("brokers", ValueType.HOST_PORT),
                in.value("topic", TOPIC, "sluice-" + migration, "sluice-<name>"),
                in.value("partitions", ValueType.integer(1, 1000), 16),
                retention.isZero() ? null : retention,
                KafkaSecurity.read(in),
                in.value(
                        "durability",
                        ValueType.choice(Durability.values(), '-'),
                        Durability.BEFORE_RESPONSE,
                        "before-response"),
                in.value(
                        "on_kafka_failure",
                        ValueType.choice(OnKafkaFailure.values(), '-'),
                        OnKafkaFailure.SPILL,
                        "spill"),
                in.value("keep_credentials", ValueType.FLAG, false),
                deadAfter.isZero() ? null : deadAfter);
    }

    /**
     * All settings by which a client of Kafka's reaches this capture, by Kafka's names: addresses and security, with what
     * follows from it. The one place that knows them, for proxy, command and jobs. Secrets are in it: never print it.
     */
    public Map<String, String> kafka() {
        Map<String, String> settings = KafkaSecurity.complete(security);
        settings.put(
                "bootstrap.servers", brokers.stream().map(HostPort::toString).collect(Collectors.joining(",")));
        return settings;
    }

    private static Duration retention(String text) {
        if (text.equals(FOREVER)) {
            return Duration.ZERO;
        }
        Duration duration = DurationForm.parse(text);
        if (duration.compareTo(LEAST_RETENTION) < 0) {
            throw new IllegalArgumentException("No replay could follow");
        }
        return duration;
    }

    private static Duration deadAfter(String text) {
        if (text.equals(NEVER)) {
            return Duration.ZERO;
        }
        Duration duration = DurationForm.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("Every proxy is silent for a moment");
        }
        return duration;
    }
}
