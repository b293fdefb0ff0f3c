package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.Account;
import io.sluice.backfill.BackfillPlan.PreparedIndex;
import io.sluice.backfill.FailureFiles;
import io.sluice.backfill.RateLimit;
import io.sluice.backfill.Redrive;
import io.sluice.config.MigrationConfig;
import io.sluice.config.Rate;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;
import io.sluice.control.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice backfill …}: one method for each verb. */
@Command(
        name = "backfill",
        description = "Carries the documents of a snapshot into the target.",
        synopsisSubcommandLabel = "COMMAND")
final class BackfillCommand {

    private final Invocation invocation;
    private final JobControl job;

    private BackfillCommand(Invocation invocation) {
        this.invocation = invocation;
        this.job = new JobControl(invocation, BackfillStart.JOB);
    }

    static CommandLine commands(Invocation invocation) {
        return new CommandLine(new BackfillCommand(invocation));
    }

    @Command(description = "Starts it, or goes on from the newest checkpoint or savepoint.")
    int start(
            @Option(names = "--fresh", description = "Begin anew.") boolean fresh,
            @Option(names = "--allow-partial", description = "Go on without shards that the snapshot lacks.")
                    boolean allowPartial,
            @Option(names = "--replace", description = "Delete and make anew target indices of another origin.")
                    boolean replace,
            @Option(
                            names = "--sample",
                            paramLabel = "PERCENT",
                            description = "Carry only this part of the documents, such as 1%; always the same ones.")
                    @Nullable
                    String sample,
            @Option(
                            names = "--since",
                            paramLabel = "SNAPSHOT",
                            description = "Carry only what changed since this older snapshot, which the target has.")
                    @Nullable
                    String since,
            @Option(
                            names = "--delete-gone-indices",
                            description = "With --since: delete target indices that the newer snapshot no longer has.")
                    boolean deleteGone)
            throws Exception {
        if (deleteGone && since == null) {
            throw CommandException.wrongUsage(
                    "--delete-gone-indices needs --since: only a comparison shows which are gone");
        }
        MigrationConfig config = invocation.config();
        StateDirectory state = invocation.state();
        job.refuseRunning();
        BackfillSetup setup = BackfillSetup.prepare(
                config,
                state,
                invocation.output(),
                new BackfillSetup.Wishes(allowPartial, replace, sample, since, deleteGone));
        Optional<Path> restorePoint = BackfillStart.restorePoint(state, setup, fresh, invocation.output());
        StartedJob started = new BackfillStart(setup.spec(), config.backfill().parallelism());
        Optional<ObjectNode> status =
                new JobStart(state, invocation.output(), started).run(invocation, restorePoint.orElse(null));
        return status.isPresent() ? ended(status.get(), setup) : ExitCode.DONE;
    }

    private int ended(ObjectNode status, BackfillSetup setup) {
        for (PreparedIndex index : setup.refused()) {
            status.withArray("refused_indices")
                    .addObject()
                    .put("name", index.name())
                    .put("reason", index.reason());
        }
        Output output = invocation.output();
        BackfillReport.print(status, output);
        boolean finished = status.path("state").asText().equals("finished");
        if (!finished) {
            output.hint("sluice backfill start");
        } else if (status.at("/documents/failed").asLong() > 0) {
            output.hint("sluice backfill failures");
        }
        output.document(status);
        return finished && BackfillReport.hasLosses(status) ? ExitCode.DONE_WITH_DIFFERENCES : ExitCode.DONE;
    }

    @Command(description = "Shows how far it is.")
    int status() throws Exception {
        ObjectNode status = job.status();
        BackfillReport.print(status, invocation.output());
        invocation.output().document(status);
        if (!JobControl.isIn(status, "finished")) {
            return JobControl.isIn(status, "failed") ? ExitCode.FAILED : ExitCode.NOT_READY;
        }
        return BackfillReport.hasLosses(status) ? ExitCode.DONE_WITH_DIFFERENCES : ExitCode.DONE;
    }

    @Command(description = "Gives it another parallelism while it runs.")
    int scale(@Parameters(paramLabel = "N", description = "How many subtasks.") int parallelism) throws Exception {
        return job.scale(parallelism, MigrationConfig.MAX_PARALLELISM);
    }

    @Command(description = "Sends nothing new until resume.")
    int pause() throws Exception {
        return job.pause();
    }

    @Command(description = "Goes on after pause.")
    int resume() throws Exception {
        return job.resume();
    }

    @Command(description = "Limits it while it runs: unlimited, \"5000 docs/s\" or \"20mb/s\".")
    int rate(@Parameters(paramLabel = "LIMIT", description = "All subtasks together.") String limit) throws Exception {
        RateLimit rate;
        try {
            rate = BackfillSetup.limit(Rate.parse(limit));
        } catch (IllegalArgumentException e) {
            throw CommandException.wrongUsage(
                    "LIMIT must be unlimited, \"5000 docs/s\" or \"20mb/s\", not \"" + limit + "\"");
        }
        return job.order("rate set to " + limit, orders -> {
            orders.putObject("rate")
                    .put("documents_per_second", rate.documentsPerSecond())
                    .put("bytes_per_second", rate.bytesPerSecond());
            return orders;
        });
    }

    @Command(description = "Stops it with a savepoint.")
    int stop() throws Exception {
        return job.stop();
    }

    @Command(description = "Lists the documents that could not be carried, or carries them again.")
    int failures(@Option(names = "--redrive", description = "Carry them again.") boolean redrive) throws Exception {
        FailureFiles files = new FailureFiles(invocation.state().root().toUri().toString());
        return redrive ? redrive(files) : list(files);
    }

    private int list(FailureFiles files) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        Map<String, String> examples = new TreeMap<>();
        long total = 0;
        for (org.apache.flink.core.fs.Path file : files.list()) {
            files.read(file, line -> {
                String kind = line.path("index").asText() + "\t"
                        + line.path("status").asInt() + " " + line.path("type").asText();
                counts.merge(kind, 1L, Long::sum);
                examples.putIfAbsent(kind, example(line));
            });
        }
        Table table = new Table("index", "why", "documents", "for example");
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Long> kind : counts.entrySet()) {
            String[] parts = kind.getKey().split("\t", 2);
            table.row(parts[0], parts[1], kind.getValue(), String.valueOf(examples.get(kind.getKey())));
            document.withArray("failures")
                    .addObject()
                    .put("index", parts[0])
                    .put("why", parts[1])
                    .put("documents", kind.getValue())
                    .put("example", examples.get(kind.getKey()));
            total += kind.getValue();
        }
        document.put("documents", total);
        if (total > 0) {
            invocation.output().table(table);
            invocation.output().line("files: " + files.folder());
            invocation.output().hint("sluice backfill failures --redrive");
        } else {
            invocation.output().line("no failed documents");
        }
        invocation.output().document(document);
        return total > 0 ? ExitCode.DONE_WITH_DIFFERENCES : ExitCode.DONE;
    }

    private static String example(JsonNode line) {
        String reason = line.path("reason").asText();
        JsonNode action = line.path("action").path(line.at("/action/delete").isObject() ? "delete" : "index");
        return "id " + action.path("_id").asText() + ": "
                + (reason.length() > 120 ? reason.substring(0, 120) + "…" : reason);
    }

    private int redrive(FailureFiles files) throws Exception {
        if (job.isRunning()) {
            throw CommandException.notReady("the backfill is running and still writes failure files; stop it, or wait");
        }
        if (files.list().isEmpty()) {
            return list(files);
        }
        Account account = new Redrive(BackfillSetup.forRedrive(invocation.config(), invocation.state())).run();
        invocation
                .output()
                .line("carried %d, superseded %d, failed again %d"
                        .formatted(account.carried(), account.superseded(), account.failed()));
        invocation
                .output()
                .document(JsonNodeFactory.instance
                        .objectNode()
                        .put("carried", account.carried())
                        .put("superseded", account.superseded())
                        .put("failed", account.failed()));
        return account.failed() > 0 ? ExitCode.DONE_WITH_DIFFERENCES : ExitCode.DONE;
    }
}
