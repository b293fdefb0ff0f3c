package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.read.Run;
import io.sluice.capture.topic.BrokerDisk;
import io.sluice.capture.topic.CompromisedSight;
import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.MarkSight;
import io.sluice.capture.topic.ProxySight;
import io.sluice.capture.topic.TopicDifference;
import io.sluice.capture.topic.TopicPlan;
import io.sluice.capture.topic.TopicShape;
import io.sluice.capture.topic.TopicSurvey;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code capture status} has to say. docs/commands.md explains every field. */
record CaptureStatus(
        KafkaAccess access,
        TopicPlan plan,
        TopicShape shape,
        List<BrokerDisk> disks,
        TopicSurvey survey,
        CaptureHeadroom headroom,
        Map<Run, JsonNode> answers,
        Instant now) {

    int show(Output output) {
        topic(output);
        proxies(output);
        marks(output);
        compromised(output);
        List<TopicDifference> differences = plan.differences(access.topic(), shape);
        differences.forEach(difference -> output.warning("topic " + access.topic() + ": " + difference));
        headroom.warnings().forEach(output::warning);
        output.document(document(differences));
        if (survey.proxies().stream().anyMatch(proxy -> proxy.state() == ProxySight.State.SILENT)) {
            return ExitCode.NOT_READY;
        }
        return survey.compromised().isEmpty() ? ExitCode.DONE : ExitCode.DONE_WITH_DIFFERENCES;
    }

    private long bytes() {
        return disks.stream().mapToLong(BrokerDisk::topic).sum();
    }

    private void topic(Output output) {
        Duration retention = headroom.retention();
        output.line("topic %s: %d partitions, copies: %d, kept %s"
                .formatted(
                        access.topic(),
                        shape.partitions(),
                        shape.copies(),
                        retention == null ? "for ever" : "for " + Numbers.duration(retention)));
        Instant first = survey.first();
        Instant last = survey.last();
        output.line(
                first == null || last == null
                        ? "no records"
                        : "%s records%s, from %s to %s"
                                .formatted(
                                        Numbers.grouped(survey.records()),
                                        disks.isEmpty() ? "" : " in " + Numbers.bytes(bytes()) + " on the brokers",
                                        first,
                                        last));
        Instant until = survey.capturedUntil();
        if (until != null) {
            output.line("captured until " + until + ", " + ago(until));
        }
        if (!headroom.line().isEmpty()) {
            output.line(headroom.line());
        }
    }

    private String ago(Instant time) {
        Duration since = Duration.between(time, now);
        return since.toSeconds() < 1 ? "just now" : Numbers.duration(since) + " ago";
    }

    private void proxies(Output output) {
        if (survey.proxies().isEmpty()) {
            output.line("no proxy has said hello");
            return;
        }
        Table table = new Table("proxy", "incarnation", "admin", "state", "heard", "says");
        for (ProxySight proxy : survey.proxies()) {
            Instant heard = proxy.heard();
            table.row(
                    proxy.run().proxy(),
                    String.valueOf(proxy.run().incarnation()),
                    proxy.admin(),
                    word(proxy.state()),
                    heard == null ? "not within what was read" : ago(heard),
                    says(proxy));
        }
        output.table(table);
        survey.proxies().stream()
                .filter(proxy -> proxy.state() == ProxySight.State.SILENT)
                .findFirst()
                .ifPresent(proxy -> output.hint("start it again, or sluice capture forget "
                        + proxy.run().proxy()));
    }

    /** In its own words, where it was asked. */
    private String says(ProxySight proxy) {
        JsonNode answer = answers.get(proxy.run());
        if (answer == null) {
            return "";
        }
        if (answer.has("problem")) {
            return answer.path("problem").asText();
        }
        JsonNode capture = answer.path("capture");
        String reason = capture.path("reason").asText();
        return "%s%s, journal %s of %s"
                .formatted(
                        capture.path("state").asText(),
                        reason.isEmpty() ? "" : ": " + reason,
                        Numbers.bytes(capture.at("/journal/bytes").asLong()),
                        Numbers.bytes(capture.at("/journal/max_bytes").asLong()));
    }

    private static String word(ProxySight.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void marks(Output output) {
        for (MarkSight mark : survey.marks()) {
            output.line("mark %s at %s%s"
                    .formatted(mark.name(), mark.at(), mark.properties().isEmpty() ? "" : " " + mark.properties()));
        }
    }

    private void compromised(Output output) {
        for (CompromisedSight one : survey.compromised()) {
            Instant until = one.until();
            output.line("compromised from %s to %s at proxy %s: %s (%s writes, %s reads)"
                    .formatted(
                            one.since(),
                            until == null ? "now" : until,
                            one.proxy(),
                            one.reason(),
                            Numbers.grouped(one.writes()),
                            Numbers.grouped(one.reads())));
        }
        Instant from = survey.readFrom();
        if (from != null) {
            output.line("marks and compromised times were looked for from " + from + " on; --scan looks at all");
        }
    }

    private ObjectNode document(List<TopicDifference> differences) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("topic", access.topic())
                .put("partitions", shape.partitions())
                .put("copies", shape.copies())
                .put("records", survey.records());
        if (disks.isEmpty()) {
            document.putNull("bytes");
        } else {
            document.put("bytes", bytes());
        }
        put(document, "first", survey.first());
        put(document, "last", survey.last());
        put(document, "captured_until", survey.capturedUntil());
        document.putArray("proxies");
        survey.proxies().forEach(proxy -> add(document.withArray("proxies").addObject(), proxy));
        document.putArray("marks");
        survey.marks().forEach(mark -> add(document.withArray("marks").addObject(), mark));
        document.putArray("compromised");
        survey.compromised()
                .forEach(one -> add(document.withArray("compromised").addObject(), one));
        put(document, "searched_from", survey.readFrom());
        CaptureCommand.addDifferences(document, differences);
        document.putArray("warnings");
        headroom.describe(document);
        return document;
    }

    private void add(ObjectNode to, ProxySight proxy) {
        to.put("proxy", proxy.run().proxy().toString())
                .put("incarnation", proxy.run().incarnation())
                .put("admin", proxy.admin())
                .put("state", word(proxy.state()));
        Instant heard = proxy.heard();
        put(to, "heard", heard);
        if (heard != null) {
            to.put("silent_seconds", Math.max(0, Duration.between(heard, now).toMillis()) / 1000.0);
        }
        JsonNode answer = answers.get(proxy.run());
        if (answer != null && answer.has("problem")) {
            to.set("problem", answer.get("problem"));
        } else if (answer != null) {
            to.set("status", answer);
        }
    }

    private static void add(ObjectNode to, MarkSight mark) {
        to.put("name", mark.name()).put("at", mark.at().toString()).put("open", mark.open());
        mark.properties().forEach(to.putObject("properties")::put);
    }

    private static void add(ObjectNode to, CompromisedSight one) {
        to.put("proxy", one.proxy().toString()).put("since", one.since().toString());
        put(to, "until", one.until());
        to.put("reason", one.reason()).put("writes", one.writes()).put("reads", one.reads());
    }

    private static void put(ObjectNode to, String name, @Nullable Instant time) {
        if (time == null) {
            to.putNull(name);
        } else {
            to.put(name, time.toString());
        }
    }
}
