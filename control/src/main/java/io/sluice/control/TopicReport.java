package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.TopicDifference;
import io.sluice.capture.topic.TopicPlan;
import io.sluice.capture.topic.TopicShape;
import io.sluice.control.console.Output;
import java.util.ArrayList;
import java.util.List;

/** What {@code capture create-topic} has to say. */
record TopicReport(KafkaAccess access, TopicPlan plan, TopicShape shape, CaptureHeadroom headroom) {

    int created(boolean created, int brokers, Output output) {
        List<TopicDifference> differences = plan.differences(access.topic(), shape);
        List<String> warnings = new ArrayList<>();
        if (plan.copies() < TopicPlan.WANTED_COPIES) {
            warnings.add("%d broker%s can keep only %d %s of the capture: %s. Three brokers are wanted."
                    .formatted(
                            brokers,
                            brokers == 1 ? "" : "s",
                            plan.copies(),
                            plan.copies() == 1 ? "copy" : "copies",
                            plan.copies() == 1
                                    ? "if its disk is lost, so is the capture"
                                    : "if one is away, one disk is all there is"));
        }
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("topic", access.topic())
                .put("created", created)
                .put("partitions", shape.partitions())
                .put("copies", shape.copies());
        ObjectNode settings = document.putObject("settings");
        plan.settings().keySet().stream().sorted().forEach(name -> settings.put(name, shape.setting(name)));
        CaptureCommand.addDifferences(document, differences);
        warnings.forEach(document.withArray("warnings")::add);
        headroom.describe(document);
        say(created, differences, warnings, output);
        output.document(document);
        return differences.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void say(boolean created, List<TopicDifference> differences, List<String> warnings, Output output) {
        output.line("topic %s %s: %d partitions, copies: %d"
                .formatted(
                        access.topic(), created ? "created" : "is there already", shape.partitions(), shape.copies()));
        if (!headroom.line().isEmpty()) {
            output.line(headroom.line());
        }
        warnings.forEach(output::warning);
        headroom.warnings().forEach(output::warning);
        differences.forEach(difference -> output.error("topic " + access.topic() + ": " + difference));
        if (differences.isEmpty()) {
            output.hint("sluice capture status");
        }
    }
}
