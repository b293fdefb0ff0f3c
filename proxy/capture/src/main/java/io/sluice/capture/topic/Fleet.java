package io.sluice.capture.topic;

import io.sluice.capture.read.CaptureListener;
import io.sluice.capture.read.End;
import io.sluice.capture.read.PartitionReader;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.Run;
import io.sluice.capture.wire.Compromised;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Mark;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Record;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one partition tells of the proxies, and what all of them promise. Who is there and who is gone is the reader's to
 * say; here it is remembered for people.
 */
final class Fleet {

    private static final int MOST_NOTED = 10_000;
    private static final long NANOS = 1_000_000_000L;

    /** The reader's, of the one partition; it gets no fragments, so nothing is ever open. */
    private final PartitionReader reader = new PartitionReader(new Listener(), 1);

    private final Map<UUID, Known> known = new LinkedHashMap<>();
    private final List<MarkSight> marks = new ArrayList<>();
    private final Map<List<Object>, CompromisedSight> compromised = new LinkedHashMap<>();
    private final Map<Integer, Map<UUID, Long>> promises = new HashMap<>();

    /** What is remembered of the newest run of a proxy. */
    private static final class Known {
        Run run;
        String admin;
        long heard = -1;
        long stamp = -1;

        @Nullable
        End end;

        Known(Run run, String admin) {
            this.run = run;
            this.admin = admin;
        }
    }

    private final class Listener implements CaptureListener {
        @Override
        public void left(Run run, End end) {
            Known of = known.computeIfAbsent(run.proxy(), proxy -> new Known(run, ""));
            if (of.run.incarnation() <= run.incarnation()) {
                of.run = run;
                of.end = end;
            }
        }

        @Override
        public void marked(Run run, long stamp, Mark mark) {
            if (marks.size() < MOST_NOTED) {
                marks.add(new MarkSight(mark.getName(), instant(stamp), mark.getPropertiesMap(), mark.getOpenCount()));
            }
        }

        @Override
        public void compromised(Run run, long stamp, Compromised told) {
            // Told when it begins and again when it is over: by when it began, it is the same.
            List<Object> id = List.of(run.proxy(), told.getSince());
            if (compromised.size() < MOST_NOTED || compromised.containsKey(id)) {
                compromised.put(
                        id,
                        new CompromisedSight(
                                run.proxy(),
                                instant(told.getSince()),
                                told.hasUntil() ? instant(told.getUntil()) : null,
                                told.getReason(),
                                told.getWrites(),
                                told.getReads()));
            }
        }
    }

    /** Takes a record of the one partition. */
    void heard(int partition, long time, Record record) {
        Run run = new Run(RecordDecoder.uuid(record.getProxy()), record.getIncarnation());
        switch (record.getKindCase()) {
            case HEARTBEAT -> {
                for (Member member : record.getHeartbeat().getRosterList()) {
                    named(member);
                }
                beat(run, time, record.getStamp());
            }
            case HELLO -> {
                named(record.getHello().getMember());
                beat(run, time, -1);
            }
            default -> {
                // tells nothing of who is there that the reader does not tell
            }
        }
        reader.read(record);
    }

    private void named(Member member) {
        Run run = new Run(RecordDecoder.uuid(member.getProxy()), member.getIncarnation());
        Known of = known.computeIfAbsent(run.proxy(), proxy -> new Known(run, member.getAdmin()));
        if (of.run.incarnation() < run.incarnation()) {
            known.put(run.proxy(), new Known(run, member.getAdmin()));
        } else if (of.run.equals(run) && !member.getAdmin().isEmpty()) {
            of.admin = member.getAdmin();
        }
    }

    private void beat(Run run, long time, long stamp) {
        Known of = known.get(run.proxy());
        if (of != null && of.run.equals(run)) {
            of.heard = Math.max(of.heard, time);
            of.stamp = Math.max(of.stamp, stamp);
        }
    }

    /** Takes a record of any partition, near its end. */
    void promised(int partition, long time, Record record) {
        if (record.getKindCase() == Record.KindCase.HEARTBEAT) {
            Heartbeat heartbeat = record.getHeartbeat();
            Map<UUID, Long> here = promises.computeIfAbsent(partition, number -> new HashMap<>());
            here.merge(RecordDecoder.uuid(record.getProxy()), record.getStamp(), Math::max);
            heartbeat.getRosterList().forEach(this::named);
        }
    }

    boolean hasPromise(int partition) {
        return promises.containsKey(partition);
    }

    /**
     * The lowest promise over all proxies that are there and all partitions. Of a proxy that is silent, the last promise in
     * the one partition stands for all: it makes them together.
     */
    @Nullable
    Instant capturedUntil(int partitions) {
        long lowest = Long.MAX_VALUE;
        for (Known of : known.values()) {
            if (isThere(of)) {
                for (int partition = 0; partition < partitions; partition++) {
                    long promise = promises.getOrDefault(partition, Map.of()).getOrDefault(of.run.proxy(), of.stamp);
                    lowest = Math.min(lowest, promise);
                }
            }
        }
        return lowest <= 0 || lowest == Long.MAX_VALUE ? null : instant(lowest);
    }

    private boolean isThere(Known of) {
        return of.run.equals(reader.onRoster(of.run.proxy()));
    }

    List<ProxySight> proxies(Instant now, Duration silent) {
        return known.values().stream()
                .map(of -> new ProxySight(
                        of.run, of.admin, state(of, now, silent), of.heard < 0 ? null : Instant.ofEpochMilli(of.heard)))
                .sorted(Comparator.comparing((ProxySight one) -> one.state())
                        .thenComparing(one -> one.run().proxy()))
                .toList();
    }

    private ProxySight.State state(Known of, Instant now, Duration silent) {
        if (isThere(of)) {
            boolean beats =
                    of.heard >= 0 && Instant.ofEpochMilli(of.heard).plus(silent).isAfter(now);
            return beats ? ProxySight.State.LIVE : ProxySight.State.SILENT;
        }
        return of.end == End.PROXY_FORGOTTEN ? ProxySight.State.FORGOTTEN : ProxySight.State.LEFT;
    }

    List<MarkSight> marks() {
        return marks;
    }

    List<CompromisedSight> compromised() {
        return compromised.values().stream()
                .sorted(Comparator.comparing(CompromisedSight::since))
                .toList();
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
}
