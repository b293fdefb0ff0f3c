package io.sluice.foreign;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.foreign.Findings.Kind;
import io.sluice.foreign.wire.Observation;
import io.sluice.foreign.wire.Time;
import io.sluice.foreign.wire.TrafficChunk;
import io.sluice.foreign.wire.TrafficChunk.PlaceCase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All connections of a foreign capture: gives each piece of one to it, in their order. */
final class Connections implements ExportLines.Sink {

    /** More are not read at once; the one that was silent for longest is left alone then. */
    private static final int MOST_OPEN = 10_000;

    /** Of so many that ended it is remembered how far they came, so that repeats are known. */
    private static final int MOST_ENDED = 100_000;

    /** Far enough: nanoseconds since 1970 fit a long until 2262. */
    private static final long MOST_SECONDS = 1L << 33;

    private static final long NANOS = 1_000_000_000L;

    private record Id(int proxy, String connection) {}

    /** A connection that is open, and how far it is. */
    private static final class Open {
        final ForeignConnection connection;
        int number;
        long time;

        Open(ForeignConnection connection) {
            this.connection = connection;
        }
    }

    private final int mostOpen;
    private final int partitions;
    private final Heads heads;
    private final Findings findings;
    private final FragmentSink sink;
    private final Map<String, Integer> proxies = new LinkedHashMap<>();
    private final List<Long> connectionsOf = new ArrayList<>();
    private final LinkedHashMap<Id, Open> open = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Id, Integer> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Id, Integer> eldest) {
            return size() > MOST_ENDED;
        }
    };
    private long records;
    private long connections;
    private long exchanges;

    Connections(int partitions, Heads heads, Findings findings, FragmentSink sink) {
        this(partitions, heads, findings, sink, MOST_OPEN);
    }

    Connections(int partitions, Heads heads, Findings findings, FragmentSink sink, int mostOpen) {
        this.mostOpen = mostOpen;
        this.partitions = partitions;
        this.heads = heads;
        this.findings = findings;
        this.sink = sink;
    }

    @Override
    public void record(long line, byte[] value) throws IOException {
        TrafficChunk chunk;
        try {
            chunk = TrafficChunk.parseFrom(value);
        } catch (InvalidProtocolBufferException none) {
            findings.add(Kind.UNREADABLE_LINES, line, "no record: " + none.getMessage());
            return;
        }
        records++;
        boolean last = chunk.getPlaceCase() == PlaceCase.LAST_NUMBER;
        if (chunk.getConnection().isEmpty() || (chunk.getObservationsCount() == 0 && !last)) {
            findings.add(Kind.RECORDS_WITHOUT_TRAFFIC, line, "no connection, or nothing seen on it");
            return;
        }
        take(line, chunk, last);
    }

    private void take(long line, TrafficChunk chunk, boolean last) throws IOException {
        int proxy = proxies.computeIfAbsent(chunk.getNode(), name -> proxies.size());
        Id id = new Id(proxy, chunk.getConnection());
        int number = last ? chunk.getLastNumber() : chunk.getNumber();
        Open now = open.get(id);
        int before = now != null ? now.number : ended.getOrDefault(id, 0);
        if (number > 0 && number <= before) {
            findings.add(Kind.REPEATED_RECORDS, line, "connection " + id.connection() + ", record " + number);
            return;
        }
        if (now == null) {
            now = begin(id, chunk, number, line);
        } else if (number > now.number + 1) {
            findings.add(
                    Kind.GAPS,
                    line,
                    "connection %s, record %d follows %d".formatted(id.connection(), number, now.number));
            now.connection.beginInTheMiddle(chunk.getInRequest());
        }
        now.number = number;
        boolean closed = false;
        for (Observation seen : chunk.getObservationsList()) {
            closed |= observe(now, seen, line);
        }
        if (closed || last) {
            end(id, now, true);
        }
    }

    private Open begin(Id id, TrafficChunk chunk, int number, long line) throws IOException {
        if (open.size() >= mostOpen) {
            Iterator<Map.Entry<Id, Open>> oldest = open.entrySet().iterator();
            Map.Entry<Id, Open> leaves = oldest.next();
            findings.add(Kind.CROWDED_OUT, line, "connection " + leaves.getKey().connection());
            end(leaves.getKey(), leaves.getValue(), false);
        }
        while (connectionsOf.size() <= id.proxy()) {
            connectionsOf.add(0L);
        }
        long own = connectionsOf.get(id.proxy()) + 1;
        connectionsOf.set(id.proxy(), own);
        int partition = (int) (connections++ % partitions);
        Open now = new Open(new ForeignConnection(
                new ForeignConnection.Origin(id.proxy(), partition, own, id.connection()), heads, findings, sink));
        if (number > 1 || chunk.getRequestsBefore() > 0 || chunk.getInRequest()) {
            findings.add(Kind.BEGUN_BEFORE, line, "connection " + id.connection() + ", record " + number);
            now.connection.beginInTheMiddle(chunk.getInRequest());
        }
        open.put(id, now);
        return now;
    }

    /** Returns whether it says that the connection is closed. */
    private boolean observe(Open now, Observation seen, long line) throws IOException {
        Time time = seen.getTime();
        boolean timed = time.getSeconds() > 0
                && time.getSeconds() < MOST_SECONDS
                && time.getNanos() >= 0
                && time.getNanos() < NANOS;
        if (!timed) {
            findings.add(Kind.WITHOUT_TIME, line, "connection " + now.connection.name());
        }
        long at = timed ? time.getSeconds() * NANOS + time.getNanos() : now.time;
        if (at == 0) {
            return false; // it could stand nowhere
        }
        now.time = Math.max(now.time, at);
        now.connection.observe(seen, at, line);
        return switch (seen.getWhatCase()) {
            case CLOSE, DISCONNECT -> true;
            default -> false;
        };
    }

    private void end(Id id, Open connection, boolean closed) throws IOException {
        open.remove(id);
        ended.put(id, connection.number);
        connection.connection.end(closed);
        exchanges += connection.connection.exchanges();
    }

    /** Ends what is open when there is nothing more. */
    void finish() throws IOException {
        for (Map.Entry<Id, Open> left : new LinkedHashMap<>(open).entrySet()) {
            end(left.getKey(), left.getValue(), false);
        }
    }

    /** The names of the foreign proxies, in the order of their numbers. */
    List<String> proxies() {
        return List.copyOf(proxies.keySet());
    }

    long records() {
        return records;
    }

    long connections() {
        return connections;
    }

    long exchanges() {
        return exchanges;
    }
}
