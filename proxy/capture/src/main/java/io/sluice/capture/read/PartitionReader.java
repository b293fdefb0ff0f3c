package io.sluice.capture.read;

import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one partition, in the order in which they lie there: drops repeats, follows each exchange, keeps the
 * partition's time, and names everything that is missing.
 *
 * <p>A repeat is known by its stamp: within a run, records stand in the order of their stamps but for repeats. So nothing
 * need be remembered of what has ended. A reader that begins in the middle of a partition misses the beginnings of what is
 * open there; of a run whose hello it saw, whatever is missing is a gap.
 */
public final class PartitionReader {

    /** What is known of one run. */
    private static final class Seen {
        final Map<ExchangeId, Open> open = new LinkedHashMap<>();
        boolean hello;
        long stamp;
    }

    /** How far an open exchange is. */
    private static final class Open {
        int request;
        int answer;
        boolean requestEnded;
        boolean answerEnded;
    }

    private final CaptureListener listener;
    private final int mostOpen;
    private final Presence presence = new Presence();
    private final Map<Run, Seen> runs = new LinkedHashMap<>();
    private int open;
    private long repeats;

    /**
     * @param mostOpen how many exchanges may be open at once; beyond that the oldest are given up, with {@link End#NOT_HELD}
     */
    public PartitionReader(CaptureListener listener, int mostOpen) {
        this.listener = listener;
        this.mostOpen = mostOpen;
    }

    /** Reads the next record. */
    public void read(Record record) {
        Run run = new Run(RecordDecoder.uuid(record.getProxy()), record.getIncarnation());
        if (record.getKindCase() == Record.KindCase.HEARTBEAT) {
            heartbeat(run, record);
            return;
        }
        Seen seen = runs.computeIfAbsent(run, key -> new Seen());
        if (record.getStamp() <= seen.stamp) {
            repeated(run, seen, record);
            return;
        }
        seen.stamp = record.getStamp();
        switch (record.getKindCase()) {
            case FRAGMENT -> fragment(run, seen, record.getStamp(), record.getFragment());
            case HELLO -> hello(run, seen, record);
            case GOODBYE -> end(run, End.PROXY_LEFT);
            case FORGOTTEN ->
                end(
                        new Run(
                                RecordDecoder.uuid(record.getForgotten().getProxy()),
                                record.getForgotten().getIncarnation()),
                        End.PROXY_FORGOTTEN);
            case MARK -> listener.marked(run, record.getStamp(), record.getMark());
            case COMPROMISED -> listener.compromised(run, record.getStamp(), record.getCompromised());
            default -> throw new IllegalArgumentException("Not verified by the decoder: " + record.getKindCase());
        }
    }

    private void heartbeat(Run run, Record record) {
        long before = presence.time();
        presence.heartbeat(run, record.getStamp(), record.getHeartbeat());
        if (presence.time() > before) {
            listener.time(presence.time());
        }
    }

    private void hello(Run run, Seen seen, Record record) {
        long replaced = record.getHello().getReplaces();
        Run there = presence.there(run.proxy());
        if (there != null && there.incarnation() < run.incarnation()) {
            end(there, End.PROXY_DIED);
        }
        if (replaced != 0) {
            end(new Run(run.proxy(), replaced), End.PROXY_DIED);
        }
        if (!seen.hello) {
            listener.joined(run);
        }
        seen.hello = true;
        presence.hello(run, record.getStamp());
    }

    private void end(Run run, End end) {
        boolean news = !presence.isOver(run);
        presence.end(run);
        Seen seen = runs.get(run);
        if (seen != null) {
            List<ExchangeId> left = new ArrayList<>(seen.open.keySet());
            open -= left.size();
            seen.open.clear();
            left.forEach(id -> listener.ended(id, end));
        }
        if (news) {
            listener.left(run, end);
        }
        dropOlder(run);
    }

    /** Of each proxy only the run that ended last is remembered, for its repeats. */
    private void dropOlder(Run ended) {
        runs.keySet().removeIf(run -> run.proxy().equals(ended.proxy()) && run.incarnation() < ended.incarnation());
    }

    private void repeated(Run run, Seen seen, Record record) {
        if (record.getKindCase() == Record.KindCase.FRAGMENT) {
            Fragment fragment = record.getFragment();
            ExchangeId id = id(run, fragment);
            Open known = seen.open.get(id);
            if (known != null && fragment.getFragment() >= next(known, fragment)) {
                listener.trouble(
                        id, Trouble.OUT_OF_ORDER, "stamp %d after %d".formatted(record.getStamp(), seen.stamp));
            }
        }
        repeats++;
    }

    private static ExchangeId id(Run run, Fragment fragment) {
        return new ExchangeId(run, fragment.getConnection(), fragment.getExchange());
    }

    private static int next(Open known, Fragment fragment) {
        return fragment.getPart() == Part.REQUEST ? known.request : known.answer;
    }

    private void fragment(Run run, Seen seen, long stamp, Fragment fragment) {
        ExchangeId id = id(run, fragment);
        if (presence.isOver(run)) {
            listener.trouble(id, Trouble.AFTER_THE_END, "its proxy had ended");
        } else if (stamp < presence.time()) {
            listener.trouble(
                    id, Trouble.LATE, "stamp %d, the partition's time is %d".formatted(stamp, presence.time()));
        }
        Open known = seen.open.get(id);
        if (known == null) {
            known = open(seen, id);
        }
        nameGap(seen, id, known, fragment);
        boolean request = fragment.getPart() == Part.REQUEST;
        known.request = request ? fragment.getFragment() + 1 : known.request;
        known.answer = request ? known.answer : fragment.getFragment() + 1;
        known.requestEnded |= request && fragment.getLast();
        known.answerEnded |= !request && fragment.getLast();
        listener.fragment(id, stamp, fragment);
        if (known.requestEnded && known.answerEnded) {
            seen.open.remove(id);
            open--;
            listener.ended(id, End.ENDED);
        }
    }

    private void nameGap(Seen seen, ExchangeId id, Open known, Fragment fragment) {
        boolean request = fragment.getPart() == Part.REQUEST;
        if (request ? known.requestEnded : known.answerEnded) {
            listener.trouble(id, Trouble.AFTER_THE_LAST, "fragment %d".formatted(fragment.getFragment()));
        }
        int missing = fragment.getFragment() - next(known, fragment);
        boolean noRequest = !request && known.request == 0;
        if (missing > 0 || noRequest) {
            boolean begun = known.request + known.answer > 0;
            listener.trouble(
                    id,
                    seen.hello || begun ? Trouble.GAP : Trouble.STARTED_IN_THE_MIDDLE,
                    "%d fragments of the %s%s"
                            .formatted(missing, request ? "request" : "answer", noRequest ? ", and its request" : ""));
        }
    }

    private Open open(Seen seen, ExchangeId id) {
        if (open == mostOpen) {
            giveUpOldest();
        }
        Open begun = new Open();
        seen.open.put(id, begun);
        open++;
        return begun;
    }

    private void giveUpOldest() {
        for (Seen seen : runs.values()) {
            if (!seen.open.isEmpty()) {
                ExchangeId oldest = seen.open.keySet().iterator().next();
                seen.open.remove(oldest);
                open--;
                listener.ended(oldest, End.NOT_HELD);
                return;
            }
        }
    }

    /** Everything stamped below this is in front of what comes next; 0 until every proxy of the roster was heard. */
    public long time() {
        return presence.time();
    }

    /** Whether all proxies that wrote here have said goodbye, or were forgotten: nothing more comes, unless another one joins. */
    public boolean isDeserted() {
        return presence.isDeserted();
    }

    /** The highest stamp that was read, whether it was promised or not; 0 before the first. */
    public long highestStamp() {
        return runs.values().stream().mapToLong(seen -> seen.stamp).reduce(presence.time(), Math::max);
    }

    /** The proxies that hold back time. */
    public List<Run> waitsFor() {
        return presence.waitsFor();
    }

    /** The run of a proxy that is on the roster, or null. */
    public @Nullable Run onRoster(java.util.UUID proxy) {
        return presence.there(proxy);
    }

    /** How many records were repeats. */
    public long repeats() {
        return repeats;
    }

    /** How many exchanges are open. */
    public int open() {
        return open;
    }

    /** Writes what it knows, for {@link #readFrom}: who is there, what is open, and by which repeats are known. */
    public void writeTo(DataOutput out) throws IOException {
        presence.writeTo(out);
        out.writeLong(repeats);
        out.writeInt(runs.size());
        for (Map.Entry<Run, Seen> run : runs.entrySet()) {
            Seen seen = run.getValue();
            run.getKey().writeTo(out);
            out.writeBoolean(seen.hello);
            out.writeLong(seen.stamp);
            out.writeInt(seen.open.size());
            for (Map.Entry<ExchangeId, Open> exchange : seen.open.entrySet()) {
                Open begun = exchange.getValue();
                out.writeLong(exchange.getKey().connection());
                out.writeLong(exchange.getKey().exchange());
                out.writeInt(begun.request);
                out.writeInt(begun.answer);
                out.writeBoolean(begun.requestEnded);
                out.writeBoolean(begun.answerEnded);
            }
        }
    }

    /**
     * A reader that goes on where another one wrote what it knew.
     *
     * @param mostOpen as for the constructor
     */
    public static PartitionReader readFrom(DataInput in, CaptureListener listener, int mostOpen) throws IOException {
        PartitionReader reader = new PartitionReader(listener, mostOpen);
        reader.presence.readFrom(in);
        reader.repeats = in.readLong();
        for (int runs = in.readInt(); runs > 0; runs--) {
            Run run = Run.readFrom(in);
            Seen seen = new Seen();
            seen.hello = in.readBoolean();
            seen.stamp = in.readLong();
            reader.runs.put(run, seen);
            int exchanges = in.readInt();
            reader.open += exchanges;
            for (int i = 0; i < exchanges; i++) {
                ExchangeId id = new ExchangeId(run, in.readLong(), in.readLong());
                Open begun = new Open();
                begun.request = in.readInt();
                begun.answer = in.readInt();
                begun.requestEnded = in.readBoolean();
                begun.answerEnded = in.readBoolean();
                seen.open.put(id, begun);
            }
        }
        return reader;
    }
}
