package io.sluice.proxy.forward;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What is counted since the proxy started. From any thread. */
public final class Tally {

    /** Client connections that were taken. */
    public final LongAdder connections = new LongAdder();

    /** Those of them that are over. */
    public final LongAdder connectionsEnded = new LongAdder();

    /** Exchanges whose answer was passed on to its end. */
    public final LongAdder reads = new LongAdder();

    public final LongAdder writes = new LongAdder();

    /** Exchanges that were handed to the capture, and those that passed beside it. */
    public final LongAdder captured = new LongAdder();

    public final LongAdder suppressed = new LongAdder();

    /** Connections that changed their protocol: what passed over them is not captured. */
    public final LongAdder tunnels = new LongAdder();

    /** Reads that were cancelled at the source because their client left. */
    public final LongAdder readsCancelled = new LongAdder();

    /** Writes whose client left before the answer. */
    public final LongAdder writesLeft = new LongAdder();

    /** Requests that a client left unfinished. */
    public final LongAdder requestsCut = new LongAdder();

    /** Exchanges that the source left without an answer, or with half of one. */
    public final LongAdder sourceFailures = new LongAdder();

    /** Reads that were sent again, as the idle connection they were sent over was closed. */
    public final LongAdder readsRepeated = new LongAdder();

    /** Bytes of bodies from clients and to clients. */
    public final LongAdder bytesIn = new LongAdder();

    public final LongAdder bytesOut = new LongAdder();

    /** Answers that could not be filtered for their client, so that its connection was closed. */
    public final LongAdder answersUnreadable = new LongAdder();

    private final Map<String, LongAdder> stripped = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();

    void stripped(String reason) {
        stripped.computeIfAbsent(reason, any -> new LongAdder()).increment();
    }

    /** Writes whose answer lacks what the client's own filter takes away, by why that could not be kept from the source. */
    public Map<String, Long> stripped() {
        return sums(stripped);
    }

    void refused(String type) {
        refused.computeIfAbsent(type, any -> new LongAdder()).increment();
    }

    /** Requests that were not passed on, by why. */
    public Map<String, Long> refused() {
        return sums(refused);
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counts) {
        Map<String, Long> sums = new TreeMap<>();
        counts.forEach((name, count) -> sums.put(name, count.sum()));
        return sums;
    }
}
