package io.sluice.capture.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPlanTest {

    private static final TopicPlan WEEK = TopicPlan.live(16, 3, Duration.ofDays(7));

    @ParameterizedTest
    @CsvSource({"1,1,1", "2,2,1", "3,3,2", "9,3,2"})
    void wantsThreeCopiesOfWhichTwoAcknowledgeWhereBrokersAreEnough(int brokers, int copies, String inSync) {
        TopicPlan plan = TopicPlan.live(16, brokers, Duration.ofDays(7));

        assertThat(plan.copies()).isEqualTo(copies);
        assertThat(plan.settings()).containsEntry("min.insync.replicas", inSync);
    }

    @Test
    void deletesByAgeAloneAndByTheBrokersClock() {
        assertThat(WEEK.settings())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "604800000")
                .containsEntry("retention.bytes", "-1")
                .containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(TopicPlan.live(16, 3, null).settings()).containsEntry("retention.ms", "-1");
    }

    @Test
    void keepsTheTimesOfWhatIsImported() {
        assertThat(TopicPlan.imported(4, 1).settings())
                .containsEntry("message.timestamp.type", "CreateTime")
                .containsEntry("retention.ms", "-1");
    }

    private static TopicShape shape(int partitions, int copies, String... other) {
        Map<String, String> settings = new HashMap<>(WEEK.settings());
        for (int i = 0; i < other.length; i += 2) {
            settings.put(other[i], other[i + 1]);
        }
        return new TopicShape(partitions, copies, settings);
    }

    @Test
    void isContentWithMoreThanItAskedFor() {
        TopicShape more = shape(
                16,
                4,
                "retention.ms",
                "-1",
                "min.insync.replicas",
                "3",
                "max.message.bytes",
                "2000000",
                "segment.ms",
                "1");

        assertThat(WEEK.differences("t", more)).isEmpty();
    }

    @Test
    void namesEachDifferenceWithWhatToDo() {
        TopicShape other = shape(
                8,
                2,
                "cleanup.policy",
                "compact",
                "retention.ms",
                "3600000",
                "retention.bytes",
                "1073741824",
                "min.insync.replicas",
                "1",
                "message.timestamp.type",
                "CreateTime");

        assertThat(WEEK.differences("t", other))
                .extracting(TopicDifference::toString)
                .containsExactlyInAnyOrder(
                        "partitions is 8, expected 16: the number is fixed: set capture.partitions: 8, or capture into a topic of another name",
                        "copies is 2, expected at least 3: add copies with kafka-reassign-partitions.sh",
                        "cleanup.policy is compact, expected delete: " + alter("cleanup.policy=delete"),
                        "retention.ms is 3600000, expected at least 604800000: " + alter("retention.ms=604800000"),
                        "retention.bytes is 1073741824, expected -1: " + alter("retention.bytes=-1"),
                        "min.insync.replicas is 1, expected at least 2: " + alter("min.insync.replicas=2"),
                        "message.timestamp.type is CreateTime, expected LogAppendTime: "
                                + alter("message.timestamp.type=LogAppendTime"));
    }

    private static String alter(String setting) {
        return "kafka-configs.sh --alter --entity-type topics --entity-name t --add-config " + setting;
    }
}
