package io.sluice.capture.read;

import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Member;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who writes into a partition, and up to which time it is complete: the minimum over all of them. Only heartbeats move it.
 */
final class Presence {

    private static final int MOST = 10_000;

    private static final class There {
        final long incarnation;
        long time;

        There(long incarnation, long time) {
            this.incarnation = incarnation;
            this.time = time;
        }
    }

    private final Map<UUID, There> there = new LinkedHashMap<>();
    private final Map<UUID, Long> ended = new LinkedHashMap<>();
    private long time;

    /** A proxy says hello: it promises nothing yet, and will write nothing below this stamp. */
    void hello(Run run, long stamp) {
        if (ended.getOrDefault(run.proxy(), 0L) == run.incarnation()) {
            ended.remove(run.proxy()); // it was forgotten, and is back
        }
        join(run, stamp, true);
    }

    private void join(Run run, long stamp, boolean replace) {
        There known = there.get(run.proxy());
        boolean over = ended.getOrDefault(run.proxy(), 0L) >= run.incarnation();
        if (!over && there.size() < MOST && (known == null || known.incarnation < run.incarnation())) {
            there.put(run.proxy(), new There(run.incarnation(), stamp));
        } else if (known != null && replace && known.incarnation == run.incarnation()) {
            known.time = Math.max(known.time, stamp);
        }
    }

    /** A proxy promises, and says who else is there. */
    void heartbeat(Run run, long stamp, Heartbeat heartbeat) {
        join(run, stamp, true);
        for (Member member : heartbeat.getRosterList()) {
            join(new Run(RecordDecoder.uuid(member.getProxy()), member.getIncarnation()), 0, false);
        }
        long lowest = Long.MAX_VALUE;
        for (There proxy : there.values()) {
            lowest = Math.min(lowest, proxy.time);
        }
        time = Math.max(time, lowest == Long.MAX_VALUE ? 0 : lowest);
    }

    /** A run writes no more. */
    void end(Run run) {
        There known = there.get(run.proxy());
        if (known != null && known.incarnation <= run.incarnation()) {
            there.remove(run.proxy());
        }
        if (ended.size() < MOST) {
            ended.merge(run.proxy(), run.incarnation(), Math::max);
        }
    }

    boolean isOver(Run run) {
        return ended.getOrDefault(run.proxy(), 0L) >= run.incarnation();
    }

    long time() {
        return time;
    }

    /** Whether somebody was there, and nobody is. */
    boolean isDeserted() {
        return there.isEmpty() && !ended.isEmpty();
    }

    /** Who holds time back: the ones whose promise is the lowest. */
    List<Run> waitsFor() {
        List<Run> slowest = new ArrayList<>();
        there.forEach((proxy, known) -> {
            if (known.time <= time) {
                slowest.add(new Run(proxy, known.incarnation));
            }
        });
        return slowest;
    }

    /** The run of a proxy that is there, or null. */
    @Nullable
    Run there(UUID proxy) {
        There known = there.get(proxy);
        return known == null ? null : new Run(proxy, known.incarnation);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(time);
        out.writeInt(there.size());
        for (Map.Entry<UUID, There> proxy : there.entrySet()) {
            new Run(proxy.getKey(), proxy.getValue().incarnation).writeTo(out);
            out.writeLong(proxy.getValue().time);
        }
        out.writeInt(ended.size());
        for (Map.Entry<UUID, Long> proxy : ended.entrySet()) {
            new Run(proxy.getKey(), proxy.getValue()).writeTo(out);
        }
    }

    void readFrom(DataInput in) throws IOException {
        time = in.readLong();
        for (int proxies = in.readInt(); proxies > 0; proxies--) {
            Run run = Run.readFrom(in);
            there.put(run.proxy(), new There(run.incarnation(), in.readLong()));
        }
        for (int proxies = in.readInt(); proxies > 0; proxies--) {
            Run run = Run.readFrom(in);
            ended.put(run.proxy(), run.incarnation());
        }
    }
}
