package io.sluice.capture;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the topic before the first record goes there. */
final class TopicCheck {

    private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);

    private final RecorderSettings settings;
    private final KafkaClients clients;

    TopicCheck(RecorderSettings settings, KafkaClients clients) {
        this.settings = settings;
        this.clients = clients;
    }

    /**
     * Requires that the topic is there, with the right number of partitions, and takes records as large as ours.
     *
     * @throws CaptureException if not, or if Kafka does not answer until then
     */
    void require(long deadlineNanos) throws CaptureException {
        try (Admin admin = clients.admin()) {
            requirePartitions(admin, deadlineNanos);
            requireSizes(admin, deadlineNanos);
        }
    }

    private void requirePartitions(Admin admin, long deadlineNanos) throws CaptureException {
        while (true) {
            try {
                int found = partitions(
                        await(admin.describeTopics(List.of(settings.topic())).allTopicNames(), deadlineNanos));
                if (found != settings.partitions()) {
                    throw new CaptureException(
                            "Topic %s has %d partitions, but %d are configured. The number is fixed when the topic is created: configure %d, or capture into a new topic."
                                    .formatted(settings.topic(), found, settings.partitions(), found));
                }
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    throw new CaptureException(
                            "There is no topic %s. Create it with: sluice capture create-topic."
                                    .formatted(settings.topic()),
                            e);
                }
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - deadlineNanos > 0) {
                    throw failed(e);
                }
            }
        }
    }

    private int partitions(Map<String, TopicDescription> topics) {
        return topics.values().stream()
                .mapToInt(topic -> topic.partitions().size())
                .sum();
    }

    private void requireSizes(Admin admin, long deadlineNanos) throws CaptureException {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, settings.topic());
        try {
            Config config = await(admin.describeConfigs(List.of(topic)).all(), deadlineNanos)
                    .get(topic);
            ConfigEntry largest = config == null ? null : config.get("max.message.bytes");
            if (largest != null && Integer.parseInt(largest.value()) < clients.largestMessage()) {
                throw new CaptureException(
                        "Topic %s takes at most %s bytes at once (max.message.bytes), but %d are needed. Raise it, or lower the size of records."
                                .formatted(settings.topic(), largest.value(), clients.largestMessage()));
            }
            ConfigEntry time = config == null ? null : config.get("message.timestamp.type");
            if (time != null && !"LogAppendTime".equals(time.value())) {
                LOG.warn(
                        "Topic {} keeps the writers' time, so the offset of our clock cannot be known. Set its message.timestamp.type to LogAppendTime.",
                        settings.topic());
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw failed(e);
            }
            LOG.warn("The settings of topic {} may not be read, so they were not checked.", settings.topic());
        }
    }

    private <T> T await(KafkaFuture<T> future, long deadlineNanos) throws ExecutionException, CaptureException {
        try {
            return future.get(Math.max(1, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("The capture was interrupted while it began.", e);
        }
    }

    private CaptureException failed(Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String why = cause.getMessage() == null ? "no answer in time" : cause.getMessage();
        return new CaptureException(
                "The capture cannot begin: Kafka at %s says about topic %s: %s. Does it run, and may this client describe the topic?"
                        .formatted(settings.kafka().get("bootstrap.servers"), settings.topic(), why),
                cause);
    }
}
