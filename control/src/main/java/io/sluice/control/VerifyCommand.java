package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.MigrationConfig;
import io.sluice.config.Rate;
import io.sluice.control.console.Output;
import io.sluice.control.flink.FlinkJob;
import io.sluice.control.flink.FlinkRest;
import io.sluice.control.state.StateDirectory;
import io.sluice.state.JobFiles;
import io.sluice.state.StateFiles;
import io.sluice.verify.HtmlReport;
import io.sluice.verify.Listed;
import io.sluice.verify.VerifyJob;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice verify}. */
@Command(
        name = "verify",
        description =
                "Compares every document of source and target by id, routing and source; repairs what differs, if told.")
final class VerifyCommand implements Callable<Integer> {

    private static final Duration LONGEST_JOB = Duration.ofDays(365);
    private static final String SOURCE = "source";
    private static final String SNAPSHOT = "snapshot";

    @Option(
            names = "--index",
            paramLabel = "INDEX",
            description = "Only this index, or those that fit a pattern, named as on either side. May be repeated.")
    private List<String> indices = new ArrayList<>();

    @Option(
            names = "--sample",
            paramLabel = "PERCENT",
            description = "Only this part of the documents, such as 1%; always the same ones.")
    private @Nullable String sample;

    @Option(
            names = "--against",
            paramLabel = "SIDE",
            defaultValue = SOURCE,
            description = "What the target is compared with: source, the living cluster, or snapshot. Default: source.")
    private String against = SOURCE;

    @Option(
            names = "--since",
            description =
                    "Compare only what was written, on either side, since the last verification that found everything"
                            + " equal; and look for what one side lost.")
    private boolean since;

    @Option(
            names = "--from-lists",
            description =
                    "Only the documents, or else the indices, that backfill and replay failed at or do not know of,"
                            + " by their failure files and outcome files.")
    private boolean fromLists;

    @Option(
            names = "--repair",
            description = "Write what differs anew, and delete what is extra, fenced with the source's sequence.")
    private boolean repair;

    @Option(
            names = "--rate",
            paramLabel = "LIMIT",
            description = "Read no more of the source, such as \"5000 docs/s\". Default: unlimited.")
    private @Nullable String rate;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "How many parts are read at a time. Default: backfill.parallelism.")
    private @Nullable Integer parallelism;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description =
                    "How long to wait for the replay at a time before what changes counts as not settled. Default: 120.")
    private int settleSeconds = 120;

    @Option(names = "--fresh", description = "Begin anew, even if the last one was cut off.")
    private boolean fresh;

    private final Invocation invocation;

    VerifyCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        MigrationConfig config = invocation.config();
        StateDirectory state = invocation.state();
        Output output = invocation.output();
        FromLists lists = fromLists ? FromLists.read(state, config.snapshot() != null) : null;
        if (lists != null && lists.isNothingNamed()) {
            return tellUnnamed(lists);
        }
        VerifySetup.Wishes wishes = wishes(lists == null ? Listed.EVERYTHING : lists.listed());
        if (new JobControl(invocation, VerifyJob.NAME).isRunning()) {
            throw CommandException.failed(
                    "a verification of migration %s is running. Wait for its end, or stop it with Ctrl-C where it runs"
                            .formatted(config.name()),
                    null);
        }
        new JobControl(invocation, JobFiles.REPLAY).noteIfOver();
        VerifySetup setup =
                VerifySetup.prepare(config, state, invocation.clock().instant(), wishes);
        int readers = parallelism == null ? config.backfill().parallelism() : parallelism;
        ObjectNode report = run(setup, new VerifyStart(setup.spec(), readers));
        if (lists != null) {
            lists.putInto(report, setup.unresolved());
            keep(state, report);
        }
        return tell(report);
    }

    /** What the job wrote does not say that lists were all it went by. */
    private static void keep(StateDirectory state, ObjectNode report) throws IOException {
        if (!report.path("state").asText().equals("stopped")) {
            new StateFiles(JobStart.folder(state)).write(report.path("files").asText() + "/report.json", report);
            state.status(VerifyJob.NAME).update(status -> status.setAll(report));
        }
    }

    /** There is nothing that could be looked at: because all is sure, or because nothing says where to look. */
    private int tellUnnamed(FromLists lists) {
        Output output = invocation.output();
        ObjectNode report = JsonNodeFactory.instance.objectNode().put("verdict", VerifyReport.EQUAL);
        lists.putInto(report, Set.of());
        if (lists.isWhole()) {
            output.line("backfill and replay name nothing that they failed at or do not know of");
        }
        FromLists.warn(report, output);
        output.document(report);
        return VerifyReport.isEqual(report) ? ExitCode.DONE : ExitCode.DONE_WITH_DIFFERENCES;
    }

    private int tell(ObjectNode report) throws Exception {
        Output output = invocation.output();
        report.remove("number"); // of the file that it came from
        if (report.path("state").asText().equals("stopped")) {
            output.hint("sluice verify");
            output.document(report);
            return ExitCode.NOT_READY;
        }
        Path page =
                invocation.state().root().resolve(report.path("files").asText()).resolve("report.html");
        Files.createDirectories(page.getParent());
        Files.writeString(page, HtmlReport.of(invocation.config().name(), report));
        VerifyReport.print(report, output);
        FromLists.warn(report, output);
        output.line("report: " + page);
        if (VerifyReport.isDifferent(report) && !repair && against.equals(SOURCE)) {
            output.hint("sluice verify --repair");
        }
        output.document(report);
        return VerifyReport.isEqual(report) ? ExitCode.DONE : ExitCode.DONE_WITH_DIFFERENCES;
    }

    private VerifySetup.Wishes wishes(Listed listed) throws CommandException {
        boolean againstSnapshot = against.equals(SNAPSHOT);
        if (!againstSnapshot && !against.equals(SOURCE)) {
            throw CommandException.wrongUsage("--against must be source or snapshot, not \"%s\"".formatted(against));
        }
        if (againstSnapshot && repair) {
            throw CommandException.wrongUsage(
                    "--repair writes what the source has now, which a snapshot does not tell: leave --against snapshot"
                            + " out, or carry the snapshot anew with sluice backfill start --fresh");
        }
        if (since && (againstSnapshot || fromLists)) {
            throw CommandException.wrongUsage(
                    "--since goes with neither --against snapshot, which does not change, nor --from-lists, which names"
                            + " what to compare");
        }
        if (parallelism != null && parallelism < 1) {
            throw CommandException.wrongUsage("--parallelism must be at least 1, not " + parallelism);
        }
        if (settleSeconds < 0) {
            throw CommandException.wrongUsage("--settle must not be negative, and is " + settleSeconds);
        }
        return new VerifySetup.Wishes(
                indices,
                sample == null ? 1 : WantedDocuments.part(sample),
                repair,
                documentsPerSecond(),
                Duration.ofSeconds(settleSeconds),
                fresh,
                listed,
                againstSnapshot,
                since);
    }

    private double documentsPerSecond() throws CommandException {
        if (rate == null) {
            return 0;
        }
        try {
            Rate parsed = Rate.parse(rate);
            if (parsed instanceof Rate.Documents documents) {
                return documents.perSecond();
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw CommandException.wrongUsage("--rate must be such as \"5000 docs/s\", not \"" + rate + "\"");
    }

    /** Here, or elsewhere; to its end in any case, as its verdict is what is wanted. */
    private ObjectNode run(VerifySetup setup, VerifyStart job) throws Exception {
        StateDirectory state = invocation.state();
        Output output = invocation.output();
        JobStart start = new JobStart(state, output, job);
        if (setup.restorePoint() != null) {
            output.step("Going on from " + setup.restorePoint());
        }
        URI rest = invocation.config().flink().rest();
        if (rest == null) {
            ObjectNode report = start.runEmbedded(setup.restorePoint());
            if (!report.path("state").asText().equals("stopped")) {
                VerifySetup.told(state);
            }
            return report;
        }
        FlinkRest flink = new FlinkRest(rest);
        String id = start.submit(flink, invocation.bundle(), setup.restorePoint());
        output.step("Submitted as Flink job " + id + "; waiting for its end");
        Optional<FlinkJob> over = flink.await(id, FlinkJob::isOver, LONGEST_JOB);
        if (over.isEmpty() || over.get().hasFailed()) {
            throw CommandException.failed(
                    "the verification, Flink job %s, failed: %s"
                            .formatted(id, flink.rootCause(id).orElse("Flink does not say why")),
                    null);
        }
        ObjectNode status = state.status(VerifyJob.NAME)
                .read()
                .orElseThrow(() -> new IOException("the verification left no status"));
        return status.path("state").asText().equals("finished") ? status : status.put("state", "stopped");
    }
}
