package io.sluice.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.IndexLine;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.cluster.SnapshotCalls;
import io.sluice.config.SnapshotConfig.RepositoryConfig;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Progress;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateException;
import io.sluice.replay.mark.ProxyMark;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.FailedShard;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.replay.mark.SnapshotRecord.Stage;
import io.sluice.replay.names.SourceNames;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Snapshot;
import io.sluice.source.NumbersReading;
import io.sluice.transform.IndexNames;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Has the source take a snapshot, after every proxy has marked the moment, and writes down what it holds. Each step is noted in
 * the state before the next one, so it can be run again at any point and goes on.
 */
final class SnapshotCreation {

    private static final long FIRST_LOOK_MILLIS = 100;
    private static final long LAST_LOOK_MILLIS = 2_000;

    /** How long the source may be away, or not know of the snapshot, before watching is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Invocation invocation;
    private final Cluster source;
    private final SnapshotCalls calls;
    private final SourceRepository repository;
    private final RepositoryConfig place;
    private final String name;
    private final NumberedFile file;
    private final Output output;
    private final boolean captured;

    SnapshotCreation(
            Invocation invocation, Cluster source, SourceRepository repository, RepositoryConfig place, String name)
            throws Exception {
        this.invocation = invocation;
        this.source = source;
        this.calls = new SnapshotCalls(source);
        this.repository = repository;
        this.place = place;
        this.name = name;
        this.file = invocation.state().snapshot();
        this.output = invocation.output();
        this.captured = invocation.config().capture() != null;
    }

    /**
     * How it ended.
     *
     * @param created false when it was there before
     */
    record Result(SnapshotSight sight, SnapshotRecord record, boolean created) {}

    /** @param allowPartial take it even if not all shards can be read */
    Result run(boolean allowPartial) throws Exception {
        repository.ensure(calls, output);
        Optional<SnapshotSight> there = SnapshotSight.find(calls, repository.name(), name);
        if (there.isEmpty()) {
            wanted(); // before anything is marked
            noteNames();
            Instant asked = invocation.clock().instant();
            List<ProxyMark> marks = marks().before();
            keep(SnapshotRecord.marked(repository.name(), name, marks)
                    .asked(asked)
                    .with(doneBefore()));
            begin(allowPartial);
            return finish(watch(), known().orElseThrow(), true);
        }
        SnapshotRecord record = recordOf(there.get());
        if (there.get().isOver()) {
            output.step("snapshot " + name + " is there already");
            return record.stage() == Stage.TAKEN
                    ? new Result(there.get(), record, false)
                    : finish(there.get(), record, false);
        }
        output.step("snapshot " + name + " is under way already");
        return finish(watch(), record, true);
    }

    /** A replay begins at the marks, and may do so when names do nothing any more that they did then. */
    private void noteNames() throws Exception {
        if (captured) {
            EverNames.with(invocation.state().names(), SourceNames.of(source).effects());
        }
    }

    private SnapshotMarks marks() {
        return new SnapshotMarks(invocation, Map.of("repository", repository.name(), "snapshot_name", name));
    }

    /** What is known of a snapshot that is there: with marks only if it is certain that it began after them. */
    private SnapshotRecord recordOf(SnapshotSight there) throws StateException {
        Optional<SnapshotRecord> known = known();
        // One of that name that is there after the order was taken is the one, or an even younger one: the marks hold
        // for it.
        boolean begun = known.isPresent() && known.get().stage() == Stage.BEGUN;
        boolean taken = known.isPresent()
                && known.get().stage() == Stage.TAKEN
                && known.get().uuid().equals(there.uuid().isEmpty() ? name : there.uuid());
        if (begun || taken) {
            return known.orElseThrow();
        }
        if (captured) {
            output.warning(
                    "snapshot " + name + " is not known to have begun after marks of this migration: a replay sends"
                            + " everything that it may hold again; that does no harm.");
        }
        return SnapshotRecord.marked(repository.name(), name, List.of()).begun();
    }

    /** The record in the state, if it is of this snapshot. */
    private Optional<SnapshotRecord> known() throws StateException {
        return read(file)
                .filter(record -> record.repository().equals(repository.name())
                        && record.name().equals(name));
    }

    /** The record of a migration; empty when no snapshot was ever created for it. */
    static Optional<SnapshotRecord> read(NumberedFile file) throws StateException {
        Optional<ObjectNode> json = file.read();
        try {
            return json.map(SnapshotRecord::of);
        } catch (IllegalArgumentException damaged) {
            throw new StateException(
                    "Cannot use " + file.path() + ": " + damaged.getMessage()
                            + ". Move it away; then nothing is taken to be in the snapshot.",
                    damaged);
        }
    }

    private void keep(SnapshotRecord record) throws StateException {
        file.update(before -> record.toJson());
    }

    /** What the snapshot will hold for certain, by sequence numbers: from there on a replay looks for what was not captured. */
    private Map<String, Map<Integer, Long>> doneBefore() throws Exception {
        if (!captured) {
            return Map.of();
        }
        IndexNames names = BackfillSetup.names(invocation.config()).with(SourceStreams.of(source));
        try (RawHttp http = RawHttps.open(
                ClusterAddresses.of(Objects.requireNonNull(invocation.config().source())), RawHttpOptions.DEFAULT)) {
            Map<String, Map<Integer, Long>> numbers = new HashMap<>();
            new NumbersReading(http, names::selects)
                    .look().get().values().stream()
                            .filter(index -> index.unchecked() == null)
                            .forEach(index -> numbers.put(index.uuid(), index.checkpoints()));
            return numbers;
        } catch (IOException | ExecutionException unknown) {
            throw CommandException.failed(
                    "the source does not tell how far it has numbered its operations, so a replay could not find what is not captured: "
                            + unknown.getMessage(),
                    unknown);
        }
    }

    private List<String> wanted() throws Exception {
        IndexNames names = BackfillSetup.names(invocation.config()).with(SourceStreams.of(source));
        List<String> all = source.indices().stream().map(IndexLine::name).toList();
        List<String> chosen = all.stream().filter(names::selects).toList();
        if (chosen.isEmpty()) {
            throw CommandException.failed(
                    "indices.include and indices.exclude choose none of the %d indices of the source"
                            .formatted(all.size()),
                    null);
        }
        return chosen;
    }

    /** Names are looked up after the marks: an index that is not among them was made after all marks, and is in the capture. */
    private void begin(boolean allowPartial) throws Exception {
        List<String> chosen = wanted();
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("indices", String.join(",", chosen))
                .put("ignore_unavailable", true) // one may be deleted in this moment
                .put("include_global_state", false)
                .put("partial", allowPartial);
        calls.begin(repository.name(), name, body);
        keep(known().orElseThrow().begun());
        output.step("the source has begun snapshot %s of %s %s"
                .formatted(name, Numbers.grouped(chosen.size()), chosen.size() == 1 ? "index" : "indices"));
    }

    private SnapshotSight watch() throws Exception {
        Progress progress = output.progress("snapshot " + name, "bytes");
        long pause = FIRST_LOOK_MILLIS;
        long seen = System.nanoTime();
        boolean known = false;
        EndHook hook = new EndHook(() ->
                output.step("The snapshot goes on in the source. Watch it to its end with: sluice snapshot create"));
        try (hook) {
            while (true) {
                Look look = look(seen);
                Optional<SnapshotSight> sight = look.sight();
                if (sight.isPresent() && sight.get().isOver()) {
                    progress.end(
                            SnapshotReport.line(sight.get(), invocation.clock().instant()));
                    return sight.get();
                }
                if (look.answered() && sight.isEmpty() && (known || isLate(seen))) {
                    throw CommandException.failed(
                            "the source has no snapshot %s any more: it was deleted, or given up; its log says why"
                                    .formatted(name),
                            null);
                }
                if (sight.isPresent()) {
                    known = true;
                    seen = System.nanoTime();
                    tell(progress, sight.get());
                }
                TimeUnit.MILLISECONDS.sleep(pause);
                pause = Math.min(LAST_LOOK_MILLIS, pause * 2);
            }
        }
    }

    /** @param answered false when the source is away for a moment */
    private record Look(Optional<SnapshotSight> sight, boolean answered) {}

    /** Looks; a source that is away for a moment is waited for. */
    private Look look(long seen) throws CommandException {
        try {
            return new Look(SnapshotSight.look(calls, repository.name(), name), true);
        } catch (ClusterException away) {
            boolean passing =
                    away.kind() == ClusterException.Kind.UNREACHABLE || away.kind() == ClusterException.Kind.FAILED;
            if (!passing || isLate(seen)) {
                throw CommandException.failed(
                        away.getMessage() + " The snapshot may go on there. Watch it with: sluice snapshot create",
                        away);
            }
            return new Look(Optional.empty(), false);
        }
    }

    private static boolean isLate(long seen) {
        return System.nanoTime() - seen > PATIENCE.toNanos();
    }

    private void tell(Progress progress, SnapshotSight sight) {
        Duration left = sight.left(invocation.clock().instant());
        progress.update(
                sight.bytesDone(),
                sight.bytes(),
                "%d of %d shards%s"
                        .formatted(
                                sight.shards().done(),
                                sight.shards().total(),
                                left == null ? "" : ", " + Numbers.duration(left) + " to go"));
    }

    private Result finish(SnapshotSight sight, SnapshotRecord before, boolean created) throws Exception {
        if (!sight.state().equals("SUCCESS") && !sight.state().equals("PARTIAL")) {
            throw CommandException.failed(
                    "snapshot %s ended as %s; the source's log says why. Delete it and take another: sluice snapshot delete %s"
                            .formatted(name, sight.state(), name),
                    null);
        }
        SnapshotRecord record = contents(before);
        keep(record);
        if (!record.marks().isEmpty()) {
            marks().after(record.uuid());
        }
        return new Result(sight, record, created);
    }

    /** Reads what it holds where the backfill will read it: that tells the indices' incarnations, and whether it can be read. */
    private SnapshotRecord contents(SnapshotRecord before) throws CommandException {
        try (BlobStore store = BlobStore.open(BackfillSetup.location(place))) {
            Repository repositoryHere = Repository.open(store);
            Snapshot snapshot = repositoryHere.snapshot(name);
            List<HeldIndex> held = new ArrayList<>();
            for (Snapshot.Index index : snapshot.indices()) {
                held.add(held(snapshot, repositoryHere.indexMetadata(snapshot, index)));
            }
            List<FailedShard> failed = snapshot.failures().stream()
                    .map(one -> new FailedShard(one.index(), one.shard(), one.reason()))
                    .toList();
            return before.taken(TargetContents.idOf(snapshot), held, failed);
        } catch (IOException unreadable) {
            throw CommandException.failed(
                    "the source has taken snapshot %s, but it cannot be read here: %s Make snapshot.repository readable from this machine and run this again."
                            .formatted(name, unreadable.getMessage()),
                    unreadable);
        }
    }

    private static HeldIndex held(Snapshot snapshot, IndexMetadata index) {
        Set<Integer> failed = new HashSet<>();
        snapshot.failures().stream()
                .filter(failure -> failure.index().equals(index.name()))
                .forEach(failure -> failed.add(failure.shard()));
        List<Integer> shards = new ArrayList<>();
        for (int shard = 0; shard < index.shards(); shard++) {
            if (!failed.contains(shard)) {
                shards.add(shard);
            }
        }
        return new HeldIndex(index.name(), index.uuid(), created(index), shards);
    }

    private static long created(IndexMetadata index) {
        return index.settings().path("index.creation_date").asLong();
    }
}
