package io.sluice.capture;

import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Record;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

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
    private final AtomicLongArray promised;
    private AtomicInteger[] inFlight;
    private volatile long waitingSince;

    Pulse(String topic, int partitions, Envelope envelope, Roster roster, InstantSource clock, HeartbeatPolicy policy) {
        this.topic = topic;
        this.envelope = envelope;
        this.roster = roster;
        this.clock = clock;
        this.policy = policy;
        this.inFlight = none(partitions);
        this.promised = new AtomicLongArray(partitions);
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
                long stamp = policy.stamp(lowest[partition]);
                byte[] bytes = record.setStamp(stamp).build().toByteArray();
                if (!send(session, new ProducerRecord<>(topic, partition, NO_KEY, bytes), stamp, count)) {
                    return;
                }
            }
        }
    }

    private boolean send(Session session, ProducerRecord<byte[], byte[]> record, long stamp, AtomicInteger count) {
        if (waitingSince == 0) {
            waitingSince = System.nanoTime() | 1;
        }
        count.incrementAndGet();
        Beat beat = new Beat(session, record.partition(), stamp, count, nanos());
        boolean taken = session.send(record, beat);
        beat.handed = nanos();
        if (!taken) {
            count.decrementAndGet();
        }
        return taken;
    }

    /** One heartbeat on its way. */
    private final class Beat implements Callback {
        private final Session session;
        private final int partition;
        private final long stamp;
        private final AtomicInteger count;
        private final long began;
        private volatile long handed;

        Beat(Session session, int partition, long stamp, AtomicInteger count, long began) {
            this.session = session;
            this.partition = partition;
            this.stamp = stamp;
            this.count = count;
            this.began = began;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, @Nullable Exception failed) {
            if (failed != null) {
                session.failed(failed);
                return;
            }
            count.decrementAndGet();
            waitingSince = 0;
            acknowledged.incrementAndGet();
            promised.accumulateAndGet(partition, stamp, Math::max);
            if (handed != 0) {
                offset.acknowledged(began, handed, nanos(), metadata.timestamp());
            }
        }
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

    /** Up to which stamp there are acknowledged heartbeats in all partitions; 0 before there are. */
    long promised() {
        long lowest = Long.MAX_VALUE;
        for (int partition = 0; partition < promised.length(); partition++) {
            lowest = Math.min(lowest, promised.get(partition));
        }
        return lowest;
    }

    long acknowledged() {
        return acknowledged.get();
    }

    ClockOffset offset() {
        return offset;
    }
}
