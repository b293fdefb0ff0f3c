package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.SnapshotCalls;
import io.sluice.config.ClusterConfig;
import io.sluice.config.SnapshotConfig;
import io.sluice.control.console.Output;
import io.sluice.replay.mark.ProxyMark;
import io.sluice.replay.mark.SnapshotRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice snapshot …}: has the source take the snapshot that the backfill reads. */
@Command(
        name = "snapshot",
        description = "Has the source take the snapshot that a backfill reads.",
        synopsisSubcommandLabel = "COMMAND")
final class SnapshotCommand {

    /** The size of each takes a call that reads the repository. */
    private static final int MOST_SIZED = 50;

    private final Invocation invocation;

    private SnapshotCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    static CommandLine commands(Invocation invocation) {
        return new CommandLine(new SnapshotCommand(invocation));
    }

    @Command(description = "Takes it, or watches the one that is under way, to its end.")
    int create(
            @Option(names = "--allow-partial", description = "Take it even if not all shards can be read.")
                    boolean allowPartial)
            throws Exception {
        SourceRepository repository = SourceRepository.of(invocation.config());
        SnapshotConfig snapshot = Objects.requireNonNull(invocation.config().snapshot());
        String name = nameOf(snapshot.name());
        Output output = invocation.output();
        SnapshotCreation.Result result;
        try (Cluster source = source()) {
            source.info();
            result =
                    new SnapshotCreation(invocation, source, repository, snapshot.repository(), name).run(allowPartial);
        }
        Instant now = invocation.clock().instant();
        SnapshotSight sight = result.sight();
        if (!result.created()) {
            output.line("snapshot " + name + ": " + SnapshotReport.line(sight, now));
        }
        SnapshotReport.failures(sight, output);
        if (invocation.config().target() != null) {
            output.hint("sluice backfill start" + (sight.state().equals("PARTIAL") ? " --allow-partial" : ""));
        }
        ObjectNode document = SnapshotReport.document(sight, repository.name(), now);
        document.put("created", result.created());
        SnapshotReport.marks(result.record().marks(), document);
        output.document(document);
        return SnapshotReport.exitCode(sight);
    }

    @Command(description = "Shows how far it is.")
    int status() throws Exception {
        SourceRepository repository = SourceRepository.of(invocation.config());
        String name =
                nameOf(Objects.requireNonNull(invocation.config().snapshot()).name());
        SnapshotSight sight;
        try (Cluster source = source()) {
            SnapshotCalls calls = new SnapshotCalls(source);
            repository.require(calls);
            sight = SnapshotSight.find(calls, repository.name(), name)
                    .orElseThrow(() -> CommandException.notReady("the repository " + repository.name()
                            + " has no snapshot " + name + " yet. Take it with: sluice snapshot create"));
        }
        Output output = invocation.output();
        Instant now = invocation.clock().instant();
        output.line(
                "snapshot " + name + " in repository " + repository.name() + ": " + SnapshotReport.line(sight, now));
        SnapshotReport.failures(sight, output);
        ObjectNode document = SnapshotReport.document(sight, repository.name(), now);
        List<ProxyMark> marks = SnapshotCreation.read(invocation.state().snapshot())
                .filter(record -> record.name().equals(name)
                        && record.repository().equals(repository.name())
                        && (record.uuid().isEmpty() || record.uuid().equals(idOf(sight))))
                .map(SnapshotRecord::marks)
                .orElse(List.of());
        if (!marks.isEmpty()) {
            output.line("marked by " + marks.size() + (marks.size() == 1 ? " proxy" : " proxies"));
        }
        SnapshotReport.marks(marks, document);
        output.document(document);
        return SnapshotReport.exitCode(sight);
    }

    private static String idOf(SnapshotSight sight) {
        return sight.uuid().isEmpty() ? sight.name() : sight.uuid();
    }

    @Command(description = "Lists the snapshots of the migration's repository.")
    int list() throws Exception {
        SourceRepository repository = SourceRepository.of(invocation.config());
        List<SnapshotSight> all = new ArrayList<>();
        try (Cluster source = source()) {
            SnapshotCalls calls = new SnapshotCalls(source);
            repository.require(calls);
            List<JsonNode> found = calls.all(repository.name());
            for (JsonNode one : found) {
                JsonNode progress = found.size() > MOST_SIZED
                        ? MissingNode.getInstance()
                        : calls.progress(repository.name(), one.path("snapshot").asText())
                                .orElse(MissingNode.getInstance());
                all.add(SnapshotSight.of(one, progress));
            }
        }
        Output output = invocation.output();
        Instant now = invocation.clock().instant();
        if (all.isEmpty()) {
            output.line("repository " + repository.name() + " has no snapshots");
        } else {
            SnapshotReport.table(all, now, output);
        }
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("repository", repository.name());
        document.putArray("snapshots");
        all.forEach(
                sight -> document.withArray("snapshots").add(SnapshotReport.document(sight, repository.name(), now)));
        output.document(document);
        return ExitCode.DONE;
    }

    @Command(description = "Deletes a snapshot of the migration's repository.")
    int delete(
            @Parameters(paramLabel = "NAME", description = "As list shows it.") String wanted,
            @Option(names = "--abort", description = "Even if it is under way.") boolean abort,
            @Mixin Consent consent)
            throws Exception {
        SourceRepository repository = SourceRepository.of(invocation.config());
        String name = nameOf(wanted);
        try (Cluster source = source()) {
            SnapshotCalls calls = new SnapshotCalls(source);
            repository.require(calls);
            SnapshotSight sight = SnapshotSight.find(calls, repository.name(), name)
                    .orElseThrow(() -> CommandException.wrongUsage("the repository " + repository.name()
                            + " has no snapshot " + name + ". See sluice snapshot list."));
            if (!sight.isOver() && !abort) {
                throw CommandException.failed(
                        "snapshot " + name + " is under way. Wait for its end, or give it up with --abort.", null);
            }
            refuseInUse(name);
            String question = "Delete snapshot %s of repository %s (%s)?"
                    .formatted(
                            name,
                            repository.name(),
                            SnapshotReport.line(sight, invocation.clock().instant()));
            if (!consent.given(invocation, question)) {
                throw CommandException.failed("not deleted", null);
            }
            delete(calls, repository.name(), name);
        }
        invocation.output().line("deleted snapshot " + name);
        invocation
                .output()
                .document(JsonNodeFactory.instance
                        .objectNode()
                        .put("repository", repository.name())
                        .put("snapshot", name)
                        .put("deleted", true));
        return ExitCode.DONE;
    }

    private static void delete(SnapshotCalls calls, String repository, String name) throws ClusterException {
        try {
            calls.delete(repository, name);
        } catch (ClusterException refused) {
            if (refused.status() != 404) {
                throw refused;
            } // one that is given up at its very beginning leaves nothing
        }
    }

    /** A backfill that reads it would fail. */
    private void refuseInUse(String name) throws Exception {
        boolean its = name.equals(
                Objects.requireNonNull(invocation.config().snapshot()).name());
        if (its && new JobControl(invocation, BackfillStart.JOB).isRunning()) {
            throw CommandException.failed(
                    "the backfill of this migration is reading snapshot " + name
                            + ". Stop it first: sluice backfill stop",
                    null);
        }
    }

    private Cluster source() throws Exception {
        ClusterConfig source = invocation.config().source();
        if (source == null) {
            throw CommandException.wrongUsage(invocation.configFile()
                    + " has no source, and it is the source that takes a snapshot. Add the section.");
        }
        return Cluster.connect(ClusterAddresses.of(source));
    }

    /** A name that stands for one snapshot; the source says what else is not allowed in one. */
    private static String nameOf(String name) throws CommandException {
        if (name.isBlank() || name.equals("_all") || name.matches(".*[*?,#\\s/\\\\\"<>|].*")) {
            throw CommandException.wrongUsage("\"" + name + "\" cannot be the name of one snapshot");
        }
        return name;
    }
}
