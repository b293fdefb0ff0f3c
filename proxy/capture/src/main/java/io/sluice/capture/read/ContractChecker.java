package io.sluice.capture.read;

import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Record;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole capture and says whether it keeps its contract. It shares nothing with the reader but the decoder, and
 * remembers every part of every exchange: meant for tests and for doubts, not for the way to a target.
 *
 * <p>Checked, for each partition: what is read for the first time stands in the order of its stamps, for each run; fragments
 * have no gaps, a connection lies in one partition; after heartbeat T nothing of that run comes for the first time that is
 * stamped below T; nothing but hellos comes of a run before its hello, which stands above every heartbeat then in force; a
 * run writes nothing more after its goodbye, or after the hello that replaces it.
 */
public final class ContractChecker implements CaptureTopic.Sink {

    private static final int MOST_NAMED = 100;

    /** A part of an exchange in a partition. */
    private record PartId(ExchangeId exchange, int part) {}

    /** Anything but a fragment. */
    private record ControlId(Run run, Record.KindCase kind, long stamp) {}

    /** What one run did in one partition. */
    private static final class InPartition {
        long stamp;
        long heartbeat;
        long hello;
        boolean wrote;

        @Nullable
        String over;
    }

    /** One partition. */
    private static final class Partition {
        final Map<Run, InPartition> runs = new HashMap<>();
        final Map<UUID, Run> present = new HashMap<>();
        final Set<ControlId> controls = new HashSet<>();
        long everyHeartbeat;
    }

    /** How far a part is; {@link Integer#MAX_VALUE} behind its last fragment. */
    private final Map<PartId, Integer> parts = new HashMap<>();
    /** Of a part that ended, how many fragments it has. */
    private final Map<PartId, Integer> lengths = new HashMap<>();

    private final Map<List<Object>, Integer> connections = new HashMap<>();
    private final Map<List<Object>, Long> lastExchange = new HashMap<>();
    private final Map<Integer, Partition> partitions = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private long violationCount;
    private long records;
    private long repeats;
    private long fragments;
    private long heartbeats;
    private long exchanges;

    @Override
    public void record(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
        records++;
        String place = "partition %d, offset %d".formatted(partition, offset);
        try {
            read(place, partition, RecordDecoder.decode(key, value));
        } catch (UnreadableRecordException e) {
            wrong(place, String.valueOf(e.getMessage()));
        }
    }

    private void read(String place, int number, Record record) {
        Partition partition = partitions.computeIfAbsent(number, key -> new Partition());
        Run run = new Run(RecordDecoder.uuid(record.getProxy()), record.getIncarnation());
        InPartition known = partition.runs.computeIfAbsent(run, key -> new InPartition());
        if (record.getKindCase() == Record.KindCase.HEARTBEAT) {
            heartbeat(place, partition, run, known, record);
            return;
        }
        if (isRepeat(place, number, partition, run, record)) {
            repeats++;
            return;
        }
        long stamp = record.getStamp();
        if (stamp <= known.stamp) {
            wrong(place, "stamp %d of %s stands behind %d".formatted(stamp, run, known.stamp));
        }
        if (stamp < known.heartbeat) {
            wrong(
                    place,
                    "stamp %d of %s comes after its heartbeat %d, which was not true"
                            .formatted(stamp, run, known.heartbeat));
        }
        if (known.over != null) {
            wrong(place, "%s writes stamp %d although it %s".formatted(run, stamp, known.over));
        }
        known.stamp = Math.max(known.stamp, stamp);
        switch (record.getKindCase()) {
            case HELLO -> hello(place, partition, run, known, record);
            case GOODBYE -> over(partition, run, "said goodbye");
            case FORGOTTEN ->
                partition.present.remove(
                        RecordDecoder.uuid(record.getForgotten().getProxy()));
            default -> requireHello(place, run, known);
        }
    }

    private void requireHello(String place, Run run, InPartition known) {
        if (known.hello == 0 && !known.wrote) {
            wrong(place, "%s did not say hello before it wrote".formatted(run));
        }
        known.wrote = true;
    }

    private void heartbeat(String place, Partition partition, Run run, InPartition known, Record record) {
        heartbeats++;
        if (known.hello == 0) {
            wrong(place, "%s beats before it said hello".formatted(run));
        }
        boolean onIt = false;
        for (Member member : record.getHeartbeat().getRosterList()) {
            onIt |= RecordDecoder.uuid(member.getProxy()).equals(run.proxy())
                    && member.getIncarnation() == run.incarnation();
        }
        if (!onIt) {
            wrong(place, "the roster of %s does not name itself".formatted(run));
        }
        known.heartbeat = Math.max(known.heartbeat, record.getStamp());
        partition.everyHeartbeat = Math.max(partition.everyHeartbeat, record.getStamp());
    }

    private void hello(String place, Partition partition, Run run, InPartition known, Record record) {
        long highest = partition.present.isEmpty() ? partition.everyHeartbeat : 0;
        for (Run present : partition.present.values()) {
            InPartition other = partition.runs.get(present);
            highest = Math.max(highest, other == null ? 0 : other.heartbeat);
        }
        // A hello that was overtaken by a heartbeat is said again before anything else is written.
        known.hello = record.getStamp() > highest ? record.getStamp() : 0;
        long replaced = record.getHello().getReplaces();
        if (replaced != 0) {
            over(partition, new Run(run.proxy(), replaced), "was replaced by incarnation " + run.incarnation());
        }
        Run former = partition.present.get(run.proxy());
        if (former != null && former.incarnation() > run.incarnation()) {
            wrong(place, "%s says hello after incarnation %d".formatted(run, former.incarnation()));
        }
        partition.present.put(run.proxy(), run);
    }

    private static void over(Partition partition, Run run, String how) {
        partition.runs.computeIfAbsent(run, key -> new InPartition()).over = how;
        partition.present.remove(run.proxy(), run);
    }

    private boolean isRepeat(String place, int number, Partition partition, Run run, Record record) {
        if (record.getKindCase() != Record.KindCase.FRAGMENT) {
            return !partition.controls.add(new ControlId(run, record.getKindCase(), record.getStamp()));
        }
        Fragment fragment = record.getFragment();
        ExchangeId exchange = new ExchangeId(run, fragment.getConnection(), fragment.getExchange());
        PartId part = new PartId(exchange, fragment.getPartValue());
        int next = parts.getOrDefault(part, 0);
        int length = lengths.getOrDefault(part, Integer.MAX_VALUE);
        if (fragment.getFragment() < Math.min(next, length)) {
            return true;
        }
        fragments++;
        if (next == Integer.MAX_VALUE) {
            wrong(place, "%s goes on after its last fragment".formatted(part));
        } else if (fragment.getFragment() > next) {
            wrong(place, "%s has fragment %d where %d is next".formatted(part, fragment.getFragment(), next));
        }
        parts.put(part, fragment.getLast() ? Integer.MAX_VALUE : fragment.getFragment() + 1);
        if (fragment.getLast()) {
            lengths.put(part, fragment.getFragment() + 1);
        }
        checkConnection(place, number, exchange);
        return false;
    }

    private void checkConnection(String place, int number, ExchangeId exchange) {
        List<Object> connection = List.of(exchange.run(), exchange.connection());
        Integer before = connections.putIfAbsent(connection, number);
        if (before != null && before != number) {
            wrong(
                    place,
                    "connection %d of %s lies in partition %d too"
                            .formatted(exchange.connection(), exchange.run(), before));
        }
        long last = lastExchange.getOrDefault(connection, 0L);
        if (exchange.exchange() > last) {
            exchanges++;
            lastExchange.put(connection, exchange.exchange());
        }
    }

    private void wrong(String place, String what) {
        violationCount++;
        if (violations.size() < MOST_NAMED) {
            violations.add(place + ": " + what);
        }
    }

    /** The verdict on everything read so far. */
    public CheckReport report() {
        long open = parts.entrySet().stream()
                .filter(part -> part.getValue() != Integer.MAX_VALUE)
                .filter(part -> !isOver(part.getKey().exchange().run()))
                .map(part -> part.getKey().exchange())
                .distinct()
                .count();
        return new CheckReport(violations, violationCount, records, repeats, fragments, heartbeats, exchanges, open);
    }

    private boolean isOver(Run run) {
        return partitions.values().stream()
                .map(partition -> partition.runs.get(run))
                .anyMatch(known -> known != null && known.over != null);
    }
}
