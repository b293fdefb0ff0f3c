package io.sluice.capture.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the topic of a capture must be.
 *
 * @param copies of each partition
 * @param settings by Kafka's names
 */
public record TopicPlan(int partitions, int copies, Map<String, String> settings) {

    /** How many copies are wanted: one may be lost and one be away, and what was acknowledged is still there. */
    public static final int WANTED_COPIES = 3;

    /** Kafka's default, which brokers may be told to go below; no record of a capture is larger. */
    private static final int LARGEST_MESSAGE = 1_048_588;

    private static final String RETENTION = "retention.ms";
    private static final String RETENTION_BYTES = "retention.bytes";
    private static final String IN_SYNC = "min.insync.replicas";
    private static final String LARGEST = "max.message.bytes";
    private static final String TIME = "message.timestamp.type";
    private static final String FOREVER = "-1";

    /** Copies the settings. */
    public TopicPlan {
        settings = Map.copyOf(settings);
    }

    /**
     * A topic that proxies write into.
     *
     * @param brokers how many there are
     * @param retention how long records are kept; null: for ever
     */
    public static TopicPlan live(int partitions, int brokers, @Nullable Duration retention) {
        int copies = Math.max(1, Math.min(WANTED_COPIES, brokers));
        Map<String, String> settings = always(copies);
        settings.put(RETENTION, retention == null ? FOREVER : String.valueOf(retention.toMillis()));
        settings.put(TIME, "LogAppendTime");
        return new TopicPlan(partitions, copies, settings);
    }

    /** A topic that a file is imported into: it keeps the times of its records, so it must not forget by them. */
    public static TopicPlan imported(int partitions, int brokers) {
        int copies = Math.max(1, Math.min(WANTED_COPIES, brokers));
        Map<String, String> settings = always(copies);
        settings.put(RETENTION, FOREVER);
        settings.put(TIME, "CreateTime");
        return new TopicPlan(partitions, copies, settings);
    }

    private static Map<String, String> always(int copies) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("cleanup.policy", "delete");
        settings.put(RETENTION_BYTES, FOREVER);
        settings.put(IN_SYNC, copies >= WANTED_COPIES ? "2" : "1");
        settings.put(LARGEST, String.valueOf(LARGEST_MESSAGE));
        settings.put("compression.type", "producer");
        // A broker that was away must not lead, and so take back what was acknowledged, while another could.
        settings.put("unclean.leader.election.enable", "false");
        return settings;
    }

    /** What of a topic that is there is not as it must be; more than asked for is no difference. */
    public List<TopicDifference> differences(String topic, TopicShape found) {
        List<TopicDifference> differences = new ArrayList<>();
        if (found.partitions() != partitions) {
            differences.add(new TopicDifference(
                    "partitions",
                    String.valueOf(found.partitions()),
                    String.valueOf(partitions),
                    "the number is fixed: set capture.partitions: " + found.partitions()
                            + ", or capture into a topic of another name"));
        }
        if (found.copies() < copies) {
            differences.add(new TopicDifference(
                    "copies",
                    String.valueOf(found.copies()),
                    "at least " + copies,
                    "add copies with kafka-reassign-partitions.sh"));
        }
        settings.forEach((name, wanted) -> {
            String is = found.setting(name);
            if (!is.isEmpty() && !suffices(name, wanted, is)) {
                differences.add(new TopicDifference(
                        name,
                        is,
                        (isLeast(name) && !wanted.equals(FOREVER) ? "at least " : "") + wanted,
                        "kafka-configs.sh --alter --entity-type topics --entity-name " + topic + " --add-config " + name
                                + "=" + wanted));
            }
        });
        return differences;
    }

    private static boolean isLeast(String name) {
        return List.of(RETENTION, RETENTION_BYTES, IN_SYNC, LARGEST).contains(name);
    }

    private static boolean suffices(String name, String wanted, String is) {
        if (!isLeast(name)) {
            return is.equals(wanted);
        }
        boolean limitless = name.startsWith("retention") && is.equals(FOREVER);
        boolean limitlessWanted = name.startsWith("retention") && wanted.equals(FOREVER);
        return limitless || (!limitlessWanted && Long.parseLong(is) >= Long.parseLong(wanted));
    }
}
