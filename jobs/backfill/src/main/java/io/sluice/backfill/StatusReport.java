package io.sluice.backfill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.backfill.LedgerState.Phase;
import io.sluice.transform.SourceState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the ledger and what readers say of themselves into the JSON that {@code backfill status} shows. Its
 * fields are documented in docs/backfill.md.
 *
 * <p>Belongs to the coordinator thread.
 */
final class StatusReport {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The rate is taken over this long, so that it neither jumps nor lags. */
    private static final long RATE_MILLIS = 5_000;

    private final BackfillSpec spec;
    private final Map<Integer, ReaderProgress> readers = new TreeMap<>();
    private final Map<String, Long> storeBytes = new HashMap<>();
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Map<String, ObjectNode> sources = new HashMap<>();
    private long retriesOfThoseGone;

    private record Sample(long atMillis, long documents) {}

    StatusReport(BackfillSpec spec) {
        this.spec = spec;
        for (IndexPlan index : spec.indices()) {
            if (index.source().state() != SourceState.WHOLE) {
                sources.put(index.name(), index.source().describe());
            }
        }
    }

    void heard(int reader, ReaderProgress progress) {
        readers.put(reader, progress);
        storeBytes.merge(progress.place(), progress.storeBytes(), Math::max);
    }

    void readerLeft(int reader) {
        ReaderProgress last = readers.remove(reader);
        if (last != null) {
            retriesOfThoseGone += last.retries();
        }
    }

    static boolean isOver(LedgerState.Range range) {
        return range.phase() != Phase.PENDING && range.phase() != Phase.ASSIGNED;
    }

    /** Sums of one index, or of all. */
    private static final class Sum {
        Account account = Account.EMPTY;
        Account deletes = Account.EMPTY;
        long toCome;
        long givenUp;
        long suspect;
        boolean complete = true;
        String problem = "";

        void add(LedgerState.Range range) {
            RangeSplit split = range.split();
            account = account.plus(split.account());
            deletes = split.isOfDeletes() ? deletes.plus(split.account()) : deletes;
            long rest = restOf(range);
            switch (range.phase()) {
                case STOPPED, SUSPECT -> {
                    givenUp += rest;
                    problem = range.reason();
                }
                case FINISHED, PENDING, ASSIGNED -> toCome += rest;
            }
            suspect += suspectsOf(range);
            complete &= range.phase() == Phase.FINISHED;
        }

        /** How many live documents are behind the position, by estimate; exact for one that was not begun and has no nested ones. */
        private static long restOf(LedgerState.Range range) {
            RangeSplit split = range.split();
            int length = split.to() - split.from();
            return length == 0 ? 0 : Math.round((double) range.live() * (split.to() - split.next()) / length);
        }

        long inSnapshot() {
            return account.documents() + toCome + givenUp;
        }

        Account settled() {
            return account.plusFailed(givenUp);
        }
    }

    /** How many documents went out that may be wrong. */
    private static long suspectsOf(LedgerState.Range range) {
        return range.phase() == Phase.SUSPECT ? range.split().account().carried() : 0;
    }

    ObjectNode status(String state, LedgerState ledger, int shardsToPlan) {
        Sum all = new Sum();
        Map<String, Sum> byIndex = new LinkedHashMap<>();
        spec.indices().forEach(index -> byIndex.put(index.name(), new Sum()));
        ArrayNode failedShards = JSON.arrayNode();
        Map<String, Integer> plannedShards = new HashMap<>();
        for (LedgerState.Shard shard : ledger.shards()) {
            Sum sum = byIndex.computeIfAbsent(shard.index(), name -> new Sum());
            plannedShards.merge(shard.index(), 1, Integer::sum);
            shard.ranges().forEach(sum::add);
            shard.ranges().forEach(all::add);
            noteFailure(shard, sum, failedShards);
        }
        ObjectNode status = JSON.objectNode();
        // Grows across restarts of the job, too.
        status.put("number", System.currentTimeMillis());
        status.put("job", "backfill");
        status.put("migration", spec.migration());
        status.put("state", state);
        status.put(
                "applied",
                readers.values().stream()
                        .mapToLong(ReaderProgress::ordersApplied)
                        .min()
                        .orElse(0));
        status.set("documents", documents(all));
        addSince(status, all);
        status.putObject("bytes")
                .put(
                        "read",
                        storeBytes.values().stream().mapToLong(Long::longValue).sum())
                .put("source", all.account.sourceBytes());
        ArrayNode indices = status.putArray("indices");
        for (IndexPlan index : spec.indices()) {
            Sum sum = byIndex.getOrDefault(index.name(), new Sum());
            boolean planned = plannedShards.getOrDefault(index.name(), 0) == index.shards();
            indices.add(indexLine(index, sum, planned));
        }
        status.set("failed_shards", failedShards);
        status.put("shards_to_plan", shardsToPlan);
        addRate(status, all);
        addReaders(status);
        status.put("updated", Instant.now().toString());
        return status;
    }

    private void addSince(ObjectNode status, Sum all) {
        Since since = spec.since();
        if (since == null) {
            return;
        }
        status.put("since", since.snapshot());
        ((ObjectNode) status.path("documents"))
                .putObject("deletes")
                .put("carried", all.deletes.carried())
                .put("superseded", all.deletes.superseded())
                .put("failed", all.deletes.failed());
        ArrayNode gone = status.putArray("gone_indices");
        for (Since.GoneIndex index : since.gone()) {
            gone.addObject()
                    .put("name", index.name())
                    .put("target", index.target())
                    .put("deleted", index.deleted());
        }
    }

    private static void noteFailure(LedgerState.Shard shard, Sum sum, ArrayNode failedShards) {
        String reason = shard.failure();
        if (!reason.isEmpty()) {
            sum.complete = false;
            sum.problem = reason;
        }
        ArrayNode suspects = JSON.arrayNode();
        for (LedgerState.Range range : shard.ranges()) {
            if (range.phase() == Phase.STOPPED || range.phase() == Phase.SUSPECT) {
                reason = range.reason();
            }
            if (suspectsOf(range) > 0) {
                suspects.add(suspect(range));
            }
        }
        if (!reason.isEmpty()) {
            failedShards
                    .addObject()
                    .put("index", shard.index())
                    .put("shard", shard.shard())
                    .put("reason", reason)
                    .set("suspect", suspects);
        }
    }

    private static ObjectNode suspect(LedgerState.Range range) {
        RangeSplit split = range.split();
        return JSON.objectNode()
                .put("segment", split.segment())
                .put("from", split.from())
                .put("to", split.next())
                .put("documents", suspectsOf(range));
    }

    private static ObjectNode documents(Sum sum) {
        Account account = sum.settled();
        ObjectNode documents = JSON.objectNode();
        documents.put("in_snapshot", sum.inSnapshot());
        documents.put("carried", account.carried());
        documents.put("superseded", account.superseded());
        ObjectNode leftOut = documents.putObject("left_out");
        new TreeMap<>(account.leftOut()).forEach(leftOut::put);
        documents.put("failed", account.failed());
        documents.put("suspect", sum.suspect);
        documents.put("rebuilt", account.rebuilt());
        return documents;
    }

    private ObjectNode indexLine(IndexPlan index, Sum sum, boolean planned) {
        Account account = sum.settled();
        ObjectNode line = JSON.objectNode();
        line.put("name", index.name());
        putTargets(index, line);
        line.put("documents", sum.inSnapshot());
        line.put("carried", account.carried());
        line.put("superseded", account.superseded());
        line.put("left_out", account.leftOutTotal());
        line.put("failed", account.failed());
        line.put("rebuilt", account.rebuilt());
        line.put("complete", planned && sum.complete);
        if (spec.since() != null) {
            line.put("deletes", sum.deletes.carried());
            line.put("whole", index.base() == null);
        }
        if (!sum.problem.isEmpty()) {
            line.put("problem", sum.problem);
        }
        ObjectNode source = sources.get(index.name());
        if (source != null) {
            line.set("source", source);
        }
        return line;
    }

    private static void putTargets(IndexPlan index, ObjectNode line) {
        if (index.types().isSplit()) {
            ObjectNode targets = line.putObject("targets");
            index.types().targets().forEach(targets::put);
        } else {
            line.put("target", index.target());
        }
        if (index.types().prefixesIds()) {
            line.put("ids", "type#id");
        }
        if (index.layout().shards() != index.shards()) {
            line.putObject("shards")
                    .put("source", index.shards())
                    .put("target", index.layout().shards());
        }
    }

    private void addRate(ObjectNode status, Sum all) {
        long now = System.currentTimeMillis();
        long settled = all.account.documents();
        samples.add(new Sample(now, settled));
        while (samples.size() > 2 && now - samples.element().atMillis() > RATE_MILLIS) {
            samples.remove();
        }
        Sample oldest = samples.element();
        long millis = Math.max(1, now - oldest.atMillis());
        double rate = Math.max(0, 1000.0 * (settled - oldest.documents()) / millis);
        status.put("rate", Math.round(rate));
        if (rate > 0) {
            status.put("eta_seconds", Math.round(all.toCome / rate));
        } else {
            status.putNull("eta_seconds");
        }
    }

    private void addReaders(ObjectNode status) {
        long bulks = 0;
        long documents = 0;
        long retries = retriesOfThoseGone;
        ArrayNode waits = JSON.arrayNode();
        for (ReaderProgress reader : readers.values()) {
            bulks += reader.bulksInFlight();
            documents += reader.documentsInFlight();
            retries += reader.retries();
            if (!reader.waitingFor().isEmpty() && waits.size() < 3) {
                waits.add(reader.waitingFor());
            }
        }
        status.put("readers", readers.size());
        status.putObject("in_flight").put("bulks", bulks).put("documents", documents);
        status.put("retries", retries);
        status.set("waiting_for", waits);
    }

    /** What is published of a complete index: proof for whoever waits for its backfill. */
    static ObjectNode completion(BackfillSpec spec, IndexPlan index, LedgerState state, long checkpoint) {
        Sum sum = new Sum();
        state.shards().stream()
                .filter(shard -> shard.index().equals(index.name()))
                .forEach(shard -> shard.ranges().forEach(sum::add));
        ObjectNode completion = JSON.objectNode();
        completion.put("index", index.name());
        completion.put("uuid", index.uuid());
        putTargets(index, completion);
        completion.putObject("snapshot").put("name", spec.snapshot()).put("uuid", spec.snapshotUuid());
        completion.set("manner", index.manner(spec.rules()));
        completion.put("fence", index.fence().name().toLowerCase(Locale.ROOT));
        completion.set("documents", documents(sum));
        completion.put("checkpoint", checkpoint);
        return completion;
    }
}
