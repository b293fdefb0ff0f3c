package io.sluice.capture.topic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Looks at the topic and at the brokers, and creates it. Changes nothing that is there. */
public final class TopicAdmin implements AutoCloseable {

    private static final long LOOK_MILLIS = 50;

    private final KafkaAccess access;
    private final Admin admin;

    private TopicAdmin(KafkaAccess access, Admin admin) {
        this.access = access;
        this.admin = admin;
    }

    /** Connects, lazily: that nobody answers shows with the first question. */
    public static TopicAdmin open(KafkaAccess access) throws TopicException {
        return new TopicAdmin(access, access.admin());
    }

    /** How many brokers there are. */
    public int brokers() throws TopicException {
        return nodes().size();
    }

    /** The cluster's name for itself. */
    public String cluster() throws TopicException {
        return access.await("describe the cluster", admin.describeCluster().clusterId());
    }

    private List<Node> nodes() throws TopicException {
        return List.copyOf(
                access.await("describe the cluster", admin.describeCluster().nodes()));
    }

    /** How the topic is, or nothing when there is none. */
    public Optional<TopicShape> find() throws TopicException {
        Optional<TopicDescription> description = describe();
        if (description.isEmpty()) {
            return Optional.empty();
        }
        int copies = description.get().partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        return Optional.of(new TopicShape(description.get().partitions().size(), copies, settings()));
    }

    private Optional<TopicDescription> describe() throws TopicException {
        try {
            return Optional.ofNullable(access.await(
                            "describe topic " + access.topic(),
                            admin.describeTopics(List.of(access.topic())).allTopicNames())
                    .get(access.topic()));
        } catch (TopicException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private Map<String, String> settings() throws TopicException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, access.topic());
        Config config = access.await(
                        "read the settings of topic " + access.topic(),
                        admin.describeConfigs(List.of(resource)).all())
                .get(resource);
        Map<String, String> settings = new HashMap<>();
        if (config != null) {
            for (ConfigEntry entry : config.entries()) {
                if (entry.value() != null) {
                    settings.put(entry.name(), entry.value());
                }
            }
        }
        return settings;
    }

    /**
     * Creates the topic, and waits until all its partitions have leaders.
     *
     * @return whether it was created; false when somebody else has created it meanwhile
     */
    public boolean create(TopicPlan plan) throws TopicException {
        NewTopic topic = new NewTopic(access.topic(), plan.partitions(), (short) plan.copies());
        topic.configs(plan.settings());
        boolean created = true;
        try {
            access.await(
                    "create topic " + access.topic(),
                    admin.createTopics(List.of(topic)).all());
        } catch (TopicException failed) {
            if (!(failed.getCause() instanceof TopicExistsException)) {
                throw failed;
            }
            created = false;
        }
        awaitLeaders();
        return created;
    }

    /**
     * How the topic is that was just found or created. Another broker may be asked than before, and hear of it later.
     *
     * @throws TopicException when it is not there after {@link KafkaAccess#PATIENCE}
     */
    public TopicShape await() throws TopicException {
        long deadline = System.nanoTime() + access.patience().toNanos();
        while (true) {
            try {
                Optional<TopicShape> found = find();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (TopicException failed) {
                if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw failed;
                }
            }
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                throw new TopicException(access.missing());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }

    private void awaitLeaders() throws TopicException {
        long deadline = System.nanoTime() + access.patience().toNanos();
        while (!isLed()) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                throw new TopicException(
                        "Topic %s was created on Kafka at %s, but not all its partitions have leaders after %d s. Look at the brokers."
                                .formatted(
                                        access.topic(),
                                        access.brokers(),
                                        access.patience().toSeconds()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }

    private boolean isLed() throws TopicException {
        return describe()
                .filter(topic -> topic.partitions().stream().allMatch(partition -> partition.leader() != null))
                .isPresent();
    }

    /** How many records the topic has. */
    public long records() throws TopicException {
        try (TopicReading topic = TopicReading.open(access)) {
            return topic.all().stream().mapToLong(Stretch::records).sum();
        }
    }

    /**
     * What the brokers' disks hold, as far as they tell. Nothing when they may not tell us, or are too old to.
     */
    public Optional<List<BrokerDisk>> disks() throws TopicException {
        List<Integer> ids = nodes().stream().map(Node::id).toList();
        try {
            Map<Integer, Map<String, LogDirDescription>> all = access.await(
                    "look at the disks of the brokers",
                    admin.describeLogDirs(ids).allDescriptions());
            List<BrokerDisk> disks = new ArrayList<>();
            all.forEach((broker, folders) -> disks.add(disk(broker, folders)));
            return Optional.of(disks);
        } catch (TopicException failed) {
            if (failed.getCause() instanceof AuthorizationException
                    || failed.getCause() instanceof UnsupportedVersionException) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private BrokerDisk disk(int broker, Map<String, LogDirDescription> folders) {
        long usable = 0;
        long total = 0;
        long ours = 0;
        for (LogDirDescription folder : folders.values()) {
            usable = sum(usable, folder.usableBytes());
            total = sum(total, folder.totalBytes());
            ours += folder.replicaInfos().entrySet().stream()
                    .filter(replica -> replica.getKey().topic().equals(access.topic()))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        }
        return new BrokerDisk(broker, usable, total, ours);
    }

    private static long sum(long before, OptionalLong more) {
        return before < 0 || more.isEmpty() ? -1 : before + more.getAsLong();
    }

    @Override
    public void close() {
        admin.close();
    }
}
