package io.sluice.capture;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * One life of Kafka's producer, and what was handed to it. It ends with the first send that fails: what comes after
 * a gap must not be appended, so the producer is closed before it sends anything more.
 *
 * <p>Used by the publisher's thread; acknowledgements come on the producer's.
 */
final class Session {

    /** An entry of the journal that was handed over. */
    private final class Sent implements Callback {
        final int partition;
        final long stamp;
        final long end;
        final int bytes;
        volatile boolean acknowledged;

        Sent(int partition, long stamp, long end, int bytes) {
            this.partition = partition;
            this.stamp = stamp;
            this.end = end;
            this.bytes = bytes;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failed) {
            if (failed != null) {
                failed(failed);
            } else if (failure == null) {
                acknowledged = true;
                acknowledgedRecords.incrementAndGet();
                gates[partition].acknowledged(stamp);
                int left = inFlight.decrementAndGet();
                long leftBytes = bytesInFlight.addAndGet(-bytes);
                drained.acknowledged(left, leftBytes);
            }
        }
    }

    /** Told after each acknowledgement, on the producer's thread. */
    interface Drained {
        void acknowledged(int left, long leftBytes);
    }

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Gate[] gates;
    private final Drained drained;
    private final AtomicLong acknowledgedRecords;
    private final Thread owner = Thread.currentThread();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private volatile @Nullable Exception failure;
    private @Nullable Exception refusal;

    Session(
            Producer<byte[], byte[]> producer,
            String topic,
            Gate[] gates,
            AtomicLong acknowledgedRecords,
            Drained drained) {
        this.producer = producer;
        this.topic = topic;
        this.gates = gates;
        this.acknowledgedRecords = acknowledgedRecords;
        this.drained = drained;
    }

    /**
     * Hands an entry over.
     *
     * @param end the position behind it
     * @return false if the producer could not take it; nothing happened then, and it can be tried again
     */
    boolean send(int partition, long stamp, long end, byte[] key, byte[] record) {
        Sent entry = new Sent(partition, stamp, end, key.length + record.length);
        inFlight.incrementAndGet();
        bytesInFlight.addAndGet(entry.bytes);
        if (!send(new ProducerRecord<>(topic, partition, key, record), entry)) {
            inFlight.decrementAndGet();
            bytesInFlight.addAndGet(-entry.bytes);
            return false;
        }
        sent.addLast(entry);
        return true;
    }

    /** Hands over what is no entry of the journal. */
    boolean send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        refusal = null;
        var unused = producer.send(record, callback); // the callback is told the same
        Exception refused = refusal;
        if (refused != null && !(refused instanceof RetriableException)) {
            failure = refused;
        }
        return refused == null;
    }

    /**
     * A send failed. On our own thread, the producer did not take the record. On the producer's, it is closed here and now:
     * it would go on with the next batch otherwise, and leave a gap.
     */
    void failed(Exception cause) {
        if (Thread.currentThread() == owner) {
            refusal = cause;
        } else if (failure == null) {
            failure = cause;
            producer.close(Duration.ZERO);
            drained.acknowledged(0, 0);
        }
    }

    /** What ended this session, or null while it goes on. */
    @Nullable
    Exception failure() {
        return failure;
    }

    /** Forgets what is acknowledged from the front on, and returns the position behind that, or a given one if none is. */
    long settle(long position) {
        long settled = position;
        for (Sent first = sent.peekFirst(); first != null && first.acknowledged; first = sent.peekFirst()) {
            settled = first.end;
            sent.removeFirst();
        }
        return settled;
    }

    /** Lowers each partition's stamp to that of its first entry that is not acknowledged. */
    void lowest(long[] stamps) {
        int missing = stamps.length;
        Iterator<Sent> all = sent.iterator();
        boolean[] found = new boolean[stamps.length];
        while (all.hasNext() && missing > 0) {
            Sent entry = all.next();
            if (!entry.acknowledged && !found[entry.partition]) {
                found[entry.partition] = true;
                stamps[entry.partition] = Math.min(stamps[entry.partition], entry.stamp);
                missing--;
            }
        }
    }

    /** The stamp of the first entry that is not acknowledged, or 0. */
    long oldest() {
        Sent first = sent.peekFirst();
        return first == null ? 0 : first.stamp;
    }

    int inFlight() {
        return inFlight.get();
    }

    long bytesInFlight() {
        return bytesInFlight.get();
    }

    void close(Duration limit) {
        producer.close(limit);
    }
}
