package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.file.CaptureFileSums;
import io.sluice.capture.read.Run;
import io.sluice.capture.topic.BrokerDisk;
import io.sluice.capture.topic.Forgetting;
import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.ProxySight;
import io.sluice.capture.topic.Surveyor;
import io.sluice.capture.topic.TopicAdmin;
import io.sluice.capture.topic.TopicDifference;
import io.sluice.capture.topic.TopicException;
import io.sluice.capture.topic.TopicExport;
import io.sluice.capture.topic.TopicPlan;
import io.sluice.capture.topic.TopicProgress;
import io.sluice.capture.topic.TopicShape;
import io.sluice.capture.topic.TopicSurvey;
import io.sluice.config.CaptureConfig;
import io.sluice.config.Rate;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice capture …}: the topic that the proxies record into. */
@Command(
        name = "capture",
        description = "Looks after the topic that the proxies record into.",
        synopsisSubcommandLabel = "COMMAND")
final class CaptureCommand {

    /** How much of one partition is read without being told to read all of it. */
    private static final long MOST_BYTES = 256L << 20;

    private static final long MOST_RECORDS = 1_000_000;
    private static final long LIKELY_RECORD_BYTES = 4096;

    private final Invocation invocation;

    private CaptureCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    static CommandLine commands(Invocation invocation) {
        return new CommandLine(new CaptureCommand(invocation));
    }

    private CaptureConfig config() throws Exception {
        CaptureConfig capture = invocation.config().capture();
        if (capture == null) {
            throw CommandException.wrongUsage(
                    invocation.configFile() + " has no capture. Add the section, with brokers.");
        }
        return capture;
    }

    private KafkaAccess access() throws Exception {
        return new KafkaAccess(config().kafka(), config().topic());
    }

    @Command(
            name = "create-topic",
            description = "Creates the topic, or says what is wrong with the one that is there.")
    int createTopic(
            @Option(
                            names = "--traffic",
                            paramLabel = "RATE",
                            description = "What will be captured, such as 5mb/s: to see whether disks will do.")
                    @Nullable
                    String traffic)
            throws Exception {
        Long expected = traffic == null ? null : bytesPerSecond(traffic);
        CaptureConfig config = config();
        KafkaAccess access = access();
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            int brokers = admin.brokers();
            TopicPlan plan = TopicPlan.live(config.partitions(), brokers, config.retention());
            boolean created = admin.find().isEmpty() && admin.create(plan);
            TopicShape shape = admin.await();
            CaptureHeadroom headroom = CaptureHeadroom.of(
                    shape, admin.disks().orElse(List.of()), expected, BackfillForecast.of(invocation));
            return new TopicReport(access, plan, shape, headroom).created(created, brokers, invocation.output());
        }
    }

    private static long bytesPerSecond(String text) throws CommandException {
        try {
            if (Rate.parse(text) instanceof Rate.Bytes bytes) {
                return bytes.perSecond();
            }
        } catch (IllegalArgumentException none) {
            // said below
        }
        throw CommandException.wrongUsage("RATE must be bytes per second, such as 5mb/s, not \"" + text + "\"");
    }

    private Map<Run, JsonNode> ask(List<ProxySight> proxies) throws Exception {
        Optional<ProxyAdmins> admins = ProxyAdmins.of(invocation.config());
        return admins.isEmpty() ? Map.of() : admins.get().status(proxies);
    }

    @Command(description = "Shows the topic, who records into it, what is marked and what is missing.")
    int status(
            @Option(
                            names = "--scan",
                            description = "Look for marks and compromised times from the topic's beginning on.")
                    boolean scan)
            throws Exception {
        CaptureConfig config = config();
        KafkaAccess access = access();
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            TopicShape shape = find(admin, access);
            List<BrokerDisk> disks = admin.disks().orElse(List.of());
            TopicSurvey survey = survey(access, admin, shape, scan);
            TopicPlan plan = TopicPlan.live(config.partitions(), admin.brokers(), config.retention());
            CaptureHeadroom headroom = CaptureHeadroom.measured(shape, disks, survey);
            return new CaptureStatus(
                            access,
                            plan,
                            shape,
                            disks,
                            survey,
                            headroom,
                            ask(survey.proxies()),
                            invocation.clock().instant())
                    .show(invocation.output());
        }
    }

    private static TopicShape find(TopicAdmin admin, KafkaAccess access) throws CommandException, TopicException {
        return admin.find()
                .orElseThrow(() -> CommandException.notReady("there is no topic " + access.topic() + " on Kafka at "
                        + access.brokers() + ". Create it with: sluice capture create-topic."));
    }

    private TopicSurvey survey(KafkaAccess access, TopicAdmin admin, TopicShape shape, boolean scan) throws Exception {
        long most = scan ? Long.MAX_VALUE : mostRecords(admin, shape);
        Walk walk = new Walk("reading the topic", scan);
        TopicSurvey survey = new Surveyor(access, invocation.clock().instant()).survey(most, walk);
        walk.end();
        return survey;
    }

    /** How many records of a partition are read without being told to read all of it. */
    static long mostRecords(TopicAdmin admin, TopicShape shape) throws TopicException {
        long records = Math.max(1, admin.records());
        long bytes = admin.disks().orElse(List.of()).stream()
                        .mapToLong(BrokerDisk::topic)
                        .sum()
                / Math.max(1, shape.copies());
        long each = bytes == 0 ? LIKELY_RECORD_BYTES : Math.max(1, bytes / records);
        return Math.min(MOST_RECORDS, Math.max(1, MOST_BYTES / each));
    }

    /** A bar for a long walk, or nothing. */
    private final class Walk implements TopicProgress {
        private final Optional<Progress> progress;
        private long last;

        Walk(String what, boolean shown) {
            progress = shown ? Optional.of(invocation.output().progress(what, "records")) : Optional.empty();
        }

        @Override
        public void at(long done, long total) {
            last = done;
            progress.ifPresent(bar -> bar.update(done, total, ""));
        }

        void end() {
            progress.ifPresent(bar -> bar.end(Numbers.grouped(last) + " records"));
        }
    }

    @Command(description = "Declares that a silent proxy will not come back, so that replay waits for it no more.")
    int forget(
            @Parameters(
                            paramLabel = "PROXY",
                            description = "Its name, the beginning of it, or its admin address, as status shows them.")
                    String wanted,
            @Mixin Consent consent)
            throws Exception {
        KafkaAccess access = access();
        ProxySight proxy;
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            proxy = choose(survey(access, admin, find(admin, access), false), wanted);
        }
        Run run = proxy.run();
        boolean write = proxy.state() == ProxySight.State.SILENT;
        if (write) {
            tellWhatItMeans(proxy);
            if (!consent.given(invocation, "Forget proxy " + run.proxy() + "?")) {
                throw CommandException.failed("not forgotten", null);
            }
            Forgetting.write(access, run, invocation.clock().instant());
            invocation.output().line("forgotten: replay waits for it no more");
        } else {
            invocation
                    .output()
                    .line("nothing to do: proxy " + run.proxy() + " has "
                            + (proxy.state() == ProxySight.State.LEFT ? "said goodbye" : "been forgotten before"));
        }
        invocation
                .output()
                .document(JsonNodeFactory.instance
                        .objectNode()
                        .put("proxy", run.proxy().toString())
                        .put("incarnation", run.incarnation())
                        .put("admin", proxy.admin())
                        .put("written", write));
        return ExitCode.DONE;
    }

    private void tellWhatItMeans(ProxySight proxy) {
        Output output = invocation.output();
        Instant heard = proxy.heard();
        output.step("proxy %s%s has been silent %s."
                .formatted(
                        proxy.run().proxy(),
                        proxy.admin().isEmpty() ? "" : " (" + proxy.admin() + ")",
                        heard == null
                                ? "for longer than was read back"
                                : "for "
                                        + Numbers.duration(Duration.between(
                                                heard, invocation.clock().instant()))));
        output.step("Replay stands still where it was last heard. Once it is forgotten, replay goes on without it.");
        output.step(
                "What its journal still holds is then not replayed in its place: when it comes back, replay counts it as"
                        + " late. Verify the indices that were written through it.");
    }

    private static ProxySight choose(TopicSurvey survey, String wanted) throws CommandException {
        List<ProxySight> found = survey.proxies().stream()
                .filter(proxy -> proxy.run().proxy().toString().startsWith(wanted)
                        || proxy.admin().equals(wanted))
                .toList();
        if (found.size() != 1) {
            List<String> known = survey.proxies().stream()
                    .map(proxy -> proxy.run().proxy() + " " + proxy.admin())
                    .toList();
            throw CommandException.wrongUsage((found.isEmpty() ? "no" : "more than one") + " proxy is called " + wanted
                    + ". There " + (known.isEmpty() ? "is none" : "are: " + String.join(", ", known)) + ".");
        }
        ProxySight proxy = found.get(0);
        if (proxy.state() == ProxySight.State.LIVE) {
            throw CommandException.failed(
                    "proxy " + proxy.run().proxy() + " lives: it was heard " + proxy.heard()
                            + ". Stop it, and it says goodbye by itself.",
                    null);
        }
        return proxy;
    }

    @Command(description = "Writes the topic's records into a file.")
    int export(
            @Parameters(paramLabel = "FILE", description = "Must not exist.") String file,
            @Option(
                            names = "--from",
                            paramLabel = "TIME",
                            description = "Only what came into Kafka from then on, such as 2026-11-29T10:00:00Z.")
                    @Nullable
                    Instant from,
            @Option(names = "--to", paramLabel = "TIME", description = "Only what came into Kafka before.") @Nullable
                    Instant to)
            throws Exception {
        if (from != null && to != null && !from.isBefore(to)) {
            throw CommandException.wrongUsage("--from " + from + " is not before --to " + to);
        }
        KafkaAccess access = access();
        Path target = invocation.resolve(file);
        CaptureFiles.requireAbsent(target);
        Walk walk = new Walk("exporting " + access.topic(), true);
        CaptureFileSums sums = CaptureFiles.export(
                access, new TopicExport(from, to, invocation.clock().instant()), target, walk);
        walk.end();
        invocation.output().hint("sluice capture import " + file);
        invocation
                .output()
                .document(
                        CaptureFiles.document(sums).put("topic", access.topic()).put("file", target.toString()));
        return ExitCode.DONE;
    }

    @Command(name = "import", description = "Writes the records of a file into the topic, which is created if need be.")
    int importFile(
            @Parameters(
                            paramLabel = "FILE",
                            description = "Written by export, or by the Migration Assistant's kafkaExport.sh.")
                    String file,
            @Option(names = "--append", description = "Even if the topic holds records.") boolean append,
            @Option(
                            names = "--format",
                            defaultValue = "auto",
                            paramLabel = "FORMAT",
                            description = "Of the file: " + ImportedFile.FORMATS + ". Default: ${DEFAULT-VALUE}.")
                    String format)
            throws Exception {
        CaptureConfig config = config();
        Path source = invocation.resolve(file);
        try (ImportedFile imported = ImportedFile.of(source, format, config.partitions(), config.keepCredentials())) {
            if (imported.isForeign() && append) {
                throw CommandException.wrongUsage(
                        "--append adds nothing to a topic of another maker's capture: its times would lie before those that the topic has promised. Name an empty topic in capture.topic.");
            }
            imported.tell(invocation.output());
            CaptureFileSums sums =
                    CaptureFiles.verify(imported.capture(), config.partitions(), new Walk("checking " + file, false));
            requireTopic(config, append);
            Walk walk = new Walk("importing into " + config.topic(), true);
            CaptureFiles.importInto(access(), imported.capture(), sums, walk);
            walk.end();
            invocation.output().hint("sluice capture status");
            ObjectNode document = CaptureFiles.document(sums);
            imported.describe(document);
            invocation.output().document(document.put("topic", config.topic()).put("file", source.toString()));
            return imported.exitCode();
        }
    }

    /** The topic of an import, made if need be. */
    private void requireTopic(CaptureConfig config, boolean append) throws Exception {
        KafkaAccess access = access();
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            if (admin.find().isEmpty()) {
                admin.create(TopicPlan.imported(config.partitions(), admin.brokers()));
                invocation.output().step("created topic " + access.topic());
            }
            TopicShape shape = admin.await();
            CaptureFiles.requireFit(access, shape, config.partitions());
            long there = admin.records();
            if (there > 0 && !append) {
                throw CommandException.failed(
                        "topic %s holds %s records. Name an empty topic in capture.topic, or add these to them with --append."
                                .formatted(access.topic(), Numbers.grouped(there)),
                        null);
            }
            if (shape.setting("message.timestamp.type").equals("LogAppendTime")) {
                invocation
                        .output()
                        .warning(
                                "topic " + access.topic()
                                        + " gives every record the time of its import, as its message.timestamp.type is LogAppendTime.");
            }
        }
    }

    /** The differences of a topic, as a document lists them. */
    static void addDifferences(ObjectNode document, List<TopicDifference> differences) {
        var list = document.putArray("differences");
        differences.forEach(difference -> list.addObject()
                .put("what", difference.what())
                .put("found", difference.found())
                .put("expected", difference.expected())
                .put("remedy", difference.remedy()));
    }
}
