package io.sluice.capture.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes clients of one Kafka for one topic, and says in words what fails with them. */
public final class KafkaAccess {

    /** How long Kafka may take for one answer, its own retries included. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int FETCH_BYTES = 8 << 20;
    private static final int PARTITION_FETCH_BYTES = 2 << 20;
    private static final int BUFFER_BYTES = 32 << 20;

    private final Map<String, String> kafka;
    private final String topic;
    private final Duration patience;
    private final KafkaSecrets secrets;

    /** @param kafka {@code bootstrap.servers} and security, by Kafka's names */
    public KafkaAccess(Map<String, String> kafka, String topic) {
        this(kafka, topic, PATIENCE);
    }

    KafkaAccess(Map<String, String> kafka, String topic, Duration patience) {
        this.kafka = Map.copyOf(kafka);
        this.patience = patience;
        this.topic = topic;
        this.secrets = new KafkaSecrets(kafka);
    }

    public String topic() {
        return topic;
    }

    /** Where Kafka is first asked, as configured. */
    public String brokers() {
        return kafka.getOrDefault("bootstrap.servers", "nowhere");
    }

    /** How long Kafka may take for one answer. */
    Duration patience() {
        return patience;
    }

    Admin admin() throws TopicException {
        return make(Admin::create, Map.of("default.api.timeout.ms", (int) patience.toMillis()));
    }

    /** A consumer without a group that never creates a topic, and never jumps when what it wants is gone. */
    Consumer<byte[], byte[]> consumer() throws TopicException {
        Map<String, Object> properties = new HashMap<>();
        properties.put("default.api.timeout.ms", (int) patience.toMillis());
        properties.put("fetch.max.bytes", FETCH_BYTES);
        properties.put("max.partition.fetch.bytes", PARTITION_FETCH_BYTES);
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "none");
        properties.put("allow.auto.create.topics", false);
        return make(
                all -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()), properties);
    }

    /**
     * A producer whose records are acknowledged by all that are in sync, and stay in order.
     *
     * @param largest the most bytes that key and value of a record have
     */
    Producer<byte[], byte[]> producer(int largest) throws TopicException {
        Map<String, Object> properties = new HashMap<>();
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("compression.type", "lz4");
        properties.put("linger.ms", 5);
        properties.put("batch.size", 128 << 10);
        properties.put("buffer.memory", Math.max(BUFFER_BYTES, 2L * largest));
        properties.put("max.request.size", Math.max(1 << 20, largest + (64 << 10)));
        properties.put("max.block.ms", patience.toMillis());
        // A broker that has much to do answers late, and what waits here waits for several answers.
        properties.put("delivery.timeout.ms", (int) (3 * patience.toMillis()));
        return make(all -> new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer()), properties);
    }

    private <T> T make(Function<Map<String, Object>, T> maker, Map<String, Object> properties) throws TopicException {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("client.id", "sluice");
        all.put("request.timeout.ms", (int) patience.toMillis() / 2);
        all.put("reconnect.backoff.max.ms", 1_000);
        all.put("enable.metrics.push", false);
        all.putAll(kafka);
        try {
            return maker.apply(all);
        } catch (KafkaException unusable) {
            Throwable cause = root(unusable);
            throw new TopicException(
                    "Kafka's client cannot be made of capture.brokers and capture.security: " + text(cause)
                            + ". Correct them.",
                    null);
        }
    }

    /** Waits for an answer. {@code doing} completes "Kafka does not let us …". */
    <T> T await(String doing, KafkaFuture<T> answer) throws TopicException {
        try {
            return answer.get(2 * patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw failed(doing, causeOf(failed));
        } catch (TimeoutException late) {
            throw failed(doing, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TopicException("Interrupted while waiting for Kafka at " + brokers() + " to " + doing + ".");
        }
    }

    static Throwable causeOf(ExecutionException failed) {
        return failed.getCause() == null ? failed : failed.getCause();
    }

    /** Says in words why something failed, and what to do. */
    TopicException failed(String doing, Throwable cause) {
        return new TopicException(secrets.hide(words(doing, cause)), cause);
    }

    private String words(String doing, Throwable cause) {
        String kafkaAt = "Kafka at " + brokers();
        if (cause instanceof SaslAuthenticationException) {
            return "%s refuses the credentials of capture.security (%s): %s. Check sasl.mechanism and sasl.jaas.config."
                    .formatted(kafkaAt, kafka.getOrDefault("sasl.mechanism", "GSSAPI"), text(cause));
        }
        if (cause instanceof SslAuthenticationException) {
            return "TLS with %s fails: %s. Check ssl.truststore.location, which must hold who signed the brokers' certificates, and ssl.keystore.location, if they want one of ours."
                    .formatted(kafkaAt, text(root(cause)));
        }
        if (cause instanceof AuthorizationException) {
            return "%s does not allow this user to %s: %s. Give the user that right; docs/capture-kafka.md lists those that are needed."
                    .formatted(kafkaAt, doing, text(cause));
        }
        if (cause instanceof UnknownTopicOrPartitionException) {
            return missing();
        }
        if (cause instanceof RecordTooLargeException) {
            return "%s cannot %s: %s. Raise max.message.bytes of topic %s."
                    .formatted(kafkaAt, doing, text(cause), topic);
        }
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException
                || cause instanceof DisconnectException
                || cause instanceof TimeoutException) {
            return "%s does not answer: cannot %s (%s). Does it run, is it reachable from here, and does its listener speak %s, as capture.security says?"
                    .formatted(kafkaAt, doing, text(cause), kafka.getOrDefault("security.protocol", "PLAINTEXT"));
        }
        return "%s cannot %s: %s: %s."
                .formatted(kafkaAt, doing, cause.getClass().getSimpleName(), text(cause));
    }

    /** What to say when the topic is not there. */
    String missing() {
        return "There is no topic " + topic + " on Kafka at " + brokers()
                + ". Create it with: sluice capture create-topic.";
    }

    private String text(Throwable cause) {
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return secrets.hide(message).strip().replaceAll("\\s+", " ").replaceFirst("\\.$", "");
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (Throwable next = root.getCause(); next != null && next != root; next = next.getCause()) {
            root = next;
        }
        return root;
    }
}
