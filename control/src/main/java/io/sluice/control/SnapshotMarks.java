package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.sluice.capture.read.Run;
import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.ProxySight;
import io.sluice.capture.topic.Surveyor;
import io.sluice.capture.topic.TopicAdmin;
import io.sluice.capture.topic.TopicException;
import io.sluice.capture.topic.TopicShape;
import io.sluice.capture.topic.TopicSurvey;
import io.sluice.config.CaptureConfig;
import io.sluice.config.ConfigurationException;
import io.sluice.control.console.Output;
import io.sluice.replay.mark.ProxyMark;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The marks of a snapshot in the capture: one before it is asked for, of every proxy that records, and one that names it when it
 * is over.
 */
final class SnapshotMarks {

    /** What the marks are called that lie in front of a snapshot. */
    static final String BEFORE = "before-snapshot";

    /** What the marks are called that name one that is over. */
    static final String AFTER = "snapshot";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ROUNDS = 5;

    private final Invocation invocation;
    private final Map<String, String> properties;

    /** @param properties kept with every mark */
    SnapshotMarks(Invocation invocation, Map<String, String> properties) {
        this.invocation = invocation;
        this.properties = Map.copyOf(properties);
    }

    /**
     * Has every proxy of the roster write its mark into every partition, and returns when Kafka has all of them. A proxy that
     * joins meanwhile is marked too.
     *
     * @return none when nobody records
     * @throws CommandException when a proxy has no mark; it is named
     */
    List<ProxyMark> before() throws Exception {
        CaptureConfig capture = invocation.config().capture();
        Output output = invocation.output();
        if (capture == null) {
            output.step("no capture is configured: the snapshot is taken without marks");
            return List.of();
        }
        KafkaAccess access = new KafkaAccess(capture.kafka(), capture.topic());
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            Optional<TopicShape> topic = admin.find();
            if (topic.isEmpty()) {
                unmarked(output, "there is no topic " + capture.topic());
                return List.of();
            }
            Map<Run, ProxyMark> marks = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                List<ProxySight> without = roster(access, admin, topic.get()).stream()
                        .filter(proxy -> !marks.containsKey(proxy.run()))
                        .toList();
                if (without.isEmpty()) {
                    tell(output, marks, topic.get());
                    return List.copyOf(marks.values());
                }
                mark(without, topic.get()).forEach(mark -> marks.put(mark.run(), mark));
            }
            throw CommandException.failed(
                    "proxies come and go: after %d rounds of marks there is still one without. No snapshot was asked for. See sluice capture status."
                            .formatted(ROUNDS),
                    null);
        }
    }

    private static void tell(Output output, Map<Run, ProxyMark> marks, TopicShape topic) {
        if (marks.isEmpty()) {
            unmarked(output, "no proxy records");
            return;
        }
        long open = marks.values().stream()
                .flatMap(mark -> mark.partitions().stream())
                .filter(one -> one.oldestOpen() != null)
                .count();
        output.step("marked by %d %s in %d partitions%s"
                .formatted(
                        marks.size(),
                        marks.size() == 1 ? "proxy" : "proxies",
                        topic.partitions(),
                        open == 0 ? "" : "; in " + open + " of them exchanges were open"));
    }

    private static void unmarked(Output output, String why) {
        output.warning(why
                + ": the snapshot is taken without marks. A replay of what is captured from now on sends everything that the"
                + " snapshot may hold again; that does no harm.");
    }

    private List<ProxySight> roster(KafkaAccess access, TopicAdmin admin, TopicShape topic) throws TopicException {
        long most = CaptureCommand.mostRecords(admin, topic);
        TopicSurvey survey = new Surveyor(access, invocation.clock().instant()).survey(most, (done, total) -> {});
        return survey.proxies().stream()
                .filter(proxy -> proxy.state() == ProxySight.State.LIVE || proxy.state() == ProxySight.State.SILENT)
                .toList();
    }

    private List<ProxyMark> mark(List<ProxySight> proxies, TopicShape topic) throws Exception {
        List<ProxySight> silent = proxies.stream()
                .filter(proxy -> proxy.state() == ProxySight.State.SILENT)
                .toList();
        if (!silent.isEmpty()) {
            String names = silent.stream().map(SnapshotMarks::nameOf).collect(Collectors.joining(", "));
            throw aborted("silent: " + names, silent.get(0).run().proxy());
        }
        List<String> problems = new ArrayList<>();
        UUID first = null;
        List<ProxyMark> marks = new ArrayList<>();
        Map<Run, JsonNode> answers = admins().mark(proxies, BEFORE, properties, PATIENCE);
        for (ProxySight proxy : proxies) {
            JsonNode answer = answers.getOrDefault(proxy.run(), NullNode.instance);
            String problem = problem(proxy, answer, topic);
            if (problem == null) {
                marks.add(read(answer));
            } else {
                problems.add(nameOf(proxy) + ": " + problem);
                first = first == null ? proxy.run().proxy() : first;
            }
        }
        if (first != null) {
            throw aborted("without a mark: " + String.join("; ", problems), first);
        }
        return marks;
    }

    private ProxyAdmins admins() throws IOException, CommandException, ConfigurationException {
        return ProxyAdmins.of(invocation.config())
                .orElseThrow(() -> CommandException.failed(
                        "proxies record, and each must write a mark, but they cannot be told: the configuration has no proxy, or the"
                                + " token of proxy.admin_token is not at hand. No snapshot was asked for.",
                        null));
    }

    private static CommandException aborted(String problems, UUID proxy) {
        return CommandException.failed(
                "not every proxy that records has marked the moment; %s. No snapshot was asked for. Start the proxy again, or, when it will not come back, sluice capture forget %s."
                        .formatted(problems, proxy),
                null);
    }

    private static String nameOf(ProxySight proxy) {
        return "proxy " + proxy.run().proxy() + (proxy.admin().isEmpty() ? "" : " (" + proxy.admin() + ")");
    }

    private static @Nullable String problem(ProxySight proxy, JsonNode answer, TopicShape topic) {
        if (answer.has("problem")) {
            return answer.path("problem").asText();
        }
        String who = answer.path("proxy").asText();
        if (!who.equals(proxy.run().proxy().toString())) {
            return "another one answers there" + (who.isEmpty() ? "" : ", proxy " + who);
        }
        int partitions = answer.path("partitions").size();
        return partitions == topic.partitions()
                ? null
                : "it marked %d partitions, the topic has %d".formatted(partitions, topic.partitions());
    }

    private static ProxyMark read(JsonNode receipt) {
        List<ProxyMark.InPartition> partitions = new ArrayList<>();
        for (JsonNode one : receipt.path("partitions")) {
            OptionalLong oldest = StreamSupport.stream(one.path("open").spliterator(), false)
                    .mapToLong(open -> open.path("began").asLong())
                    .min();
            partitions.add(new ProxyMark.InPartition(
                    one.path("partition").asInt(),
                    one.path("stamp").asLong(),
                    oldest.isPresent() ? (Long) oldest.getAsLong() : null));
        }
        Run run = new Run(
                UUID.fromString(receipt.path("proxy").asText()),
                receipt.path("incarnation").asLong());
        return new ProxyMark(run, partitions);
    }

    /** Names the snapshot in the capture. Who cannot be told is warned about: the state has it all. */
    void after(String uuid) throws Exception {
        CaptureConfig capture = invocation.config().capture();
        Optional<ProxyAdmins> admins = ProxyAdmins.of(invocation.config());
        if (capture == null || admins.isEmpty()) {
            return;
        }
        KafkaAccess access = new KafkaAccess(capture.kafka(), capture.topic());
        List<ProxySight> there;
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            there = roster(access, admin, admin.await()).stream()
                    .filter(proxy -> proxy.state() == ProxySight.State.LIVE)
                    .toList();
        } catch (TopicException away) {
            invocation.output().warning("the capture does not name the snapshot, the state does: " + away.getMessage());
            return;
        }
        Map<String, String> named = new LinkedHashMap<>(properties);
        named.put("snapshot", uuid);
        String missing = admins.get().mark(there, AFTER, named, PATIENCE).entrySet().stream()
                .filter(answer -> answer.getValue().has("problem"))
                .map(answer -> "proxy " + answer.getKey().proxy() + " "
                        + answer.getValue().path("problem").asText())
                .collect(Collectors.joining("; "));
        if (!missing.isEmpty()) {
            invocation
                    .output()
                    .warning("the capture does not name the snapshot everywhere, the state does: " + missing);
        }
    }
}
