package io.sluice.capture;

import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Record;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The heartbeats of one run of a proxy.
 *
 * <p>Sent by the publisher's thread; acknowledged on the producer's.
 */
final class Pulse {

    private static final byte[] NO_KEY = {};
    private static final int MOST_IN_FLIGHT = 4;

    private final String topic;
    private final Envelope envelope;
    private final Roster roster;
    private final InstantSource clock;
    private final HeartbeatPolicy policy;
    private final ClockOffset offset = new ClockOffset();
    private final AtomicLong acknowledged = new AtomicLong();
    private AtomicInteger[] inFlight;
    private volatile long waitingSince;

    Pulse(String topic, int partitions, Envelope envelope, Roster roster, InstantSource clock, HeartbeatPolicy policy) {
        this.topic = topic;
        this.envelope = envelope;
        this.roster = roster;
        this.clock = clock;
        this.policy = policy;
        this.inFlight = none(partitions);
    }

    private static AtomicInteger[] none(int partitions) {
        AtomicInteger[] none = new AtomicInteger[partitions];
        for (int i = 0; i < partitions; i++) {
            none[i] = new AtomicInteger();
        }
        return none;
    }

    /** A new session begins: what was in flight in the last one is not waited for. */
    void begin() {
        inFlight = none(inFlight.length);
    }

    /**
     * Sends one heartbeat into every partition that has room for it.
     *
     * @param lowest per partition, the lowest stamp that is not acknowledged
     */
    void beat(Session session, long[] lowest) {
        Heartbeat.Builder heartbeat = Heartbeat.newBuilder().addAllRoster(roster.members());
        offset.best()
                .ifPresent(best ->
                        heartbeat.setClockOffsetNanos(best.nanos()).setClockUncertaintyNanos(best.uncertainty()));
        Record.Builder record = envelope.record().setHeartbeat(heartbeat);
        for (int partition = 0; partition < lowest.length && session.failure() == null; partition++) {
            AtomicInteger count = inFlight[partition];
            if (count.get() < MOST_IN_FLIGHT) {
                byte[] bytes =
                        record.setStamp(policy.stamp(lowest[partition])).build().toByteArray();
                if (!send(session, new ProducerRecord<>(topic, partition, NO_KEY, bytes), count)) {
                    return;
                }
            }
        }
    }

    private boolean send(Session session, ProducerRecord<byte[], byte[]> record, AtomicInteger count) {
        long began = nanos();
        if (waitingSince == 0) {
            waitingSince = System.nanoTime() | 1;
        }
        count.incrementAndGet();
        long[] handed = {began};
        boolean taken = session.send(record, (metadata, failed) -> {
            if (failed != null) {
                session.failed(failed);
                return;
            }
            count.decrementAndGet();
            waitingSince = 0;
            acknowledged.incrementAndGet();
            offset.acknowledged(began, handed[0], nanos(), metadata.timestamp());
        });
        handed[0] = nanos();
        if (!taken) {
            count.decrementAndGet();
        }
        return taken;
    }

    private long nanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** For how many nanoseconds Kafka has acknowledged no heartbeat although one waits. */
    long silentNanos(long nanoTime) {
        long since = waitingSince;
        return since == 0 ? 0 : nanoTime - since;
    }

    long acknowledged() {
        return acknowledged.get();
    }

    ClockOffset offset() {
        return offset;
    }
}
