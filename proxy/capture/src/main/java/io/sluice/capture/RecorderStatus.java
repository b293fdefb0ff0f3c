package io.sluice.capture;

import java.util.List;
import java.util.UUID;

/**
 * How a recorder is, at one moment.
 *
 * @param proxy the proxy's name for itself
 * @param incarnation this run of it
 * @param state see {@link State}
 * @param reason why the state is not ok, for people; empty if it is
 * @param journalBytesUsed bytes of the journal that Kafka has not acknowledged
 * @param journalBytesBound bytes that the journal may have
 * @param oldestUnacknowledgedMillis age of the oldest record that Kafka has not acknowledged; 0 if there is none
 * @param inFlight records handed to Kafka's client and not acknowledged
 * @param waiting exchanges that wait for the capture now
 * @param connections open client connections
 * @param counts numbers since the start
 * @param proxies the roster
 */
public record RecorderStatus(
        UUID proxy,
        long incarnation,
        State state,
        String reason,
        long journalBytesUsed,
        long journalBytesBound,
        long oldestUnacknowledgedMillis,
        int inFlight,
        int waiting,
        int connections,
        Counts counts,
        List<Proxy> proxies) {

    /** The worst of what is the case. */
    public enum State {
        /** Kafka acknowledges. */
        OK,
        /** Kafka fails, and the journal stands in. */
        SPILLING,
        /** New writes are refused: Kafka fails, or the journal is full. */
        REJECTING,
        /** Something passes, or lately passed, that is not captured. */
        COMPROMISED,
        /** The journal cannot be written; new writes are refused. */
        BROKEN
    }

    /**
     * Numbers since the start.
     *
     * @param records appended to the journal
     * @param acknowledged acknowledged by Kafka, repeats included
     * @param writes exchanges of writes
     * @param reads exchanges of reads
     * @param refusedWrites writes for which the journal had no room
     * @param uncapturedWrites writes passed without being captured as a whole
     * @param uncapturedReads reads passed without being captured as a whole
     * @param heartbeats acknowledged by Kafka
     * @param producerRestarts how often Kafka's client was replaced after a failed send
     */
    public record Counts(
            long records,
            long acknowledged,
            long writes,
            long reads,
            long refusedWrites,
            long uncapturedWrites,
            long uncapturedReads,
            long heartbeats,
            long producerRestarts) {}

    /**
     * One proxy of the roster.
     *
     * @param admin where its admin port is reached, {@code host:port}; empty if it said nothing
     * @param silentMillis since when nothing was heard of it
     */
    public record Proxy(UUID proxy, long incarnation, String admin, long silentMillis) {}
}
