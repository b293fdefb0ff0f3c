package io.sluice.capture;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.capture.wire.Record;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the roster and the clock up to date from one partition: the last one, which connections use last. One thread.
 *
 * <p>Looks twice a second: being late costs nothing but freshness, as readers see every hello themselves.
 */
final class RosterTail implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(RosterTail.class);
    private static final long PAUSE_NANOS = 500_000_000;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Record NOTHING =
            new Envelope(new UUID(0, 0), 0).record().build();

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final TopicPartition partition;
    private final Roster roster;
    private final FleetClock clock;
    private final Thread thread = new Thread(this, "capture-roster");
    private long next;
    private volatile @Nullable Consumer<byte[], byte[]> polling;
    private volatile boolean stopping;

    RosterTail(
            Supplier<Consumer<byte[], byte[]>> consumers, TopicPartition partition, Roster roster, FleetClock clock) {
        this.consumers = consumers;
        this.partition = partition;
        this.roster = roster;
        this.clock = clock;
        thread.setDaemon(true);
    }

    /**
     * Begins to read.
     *
     * @param offset where the proxy stopped reading when it joined: a goodbye that is missed would be missed for ever
     */
    void start(long offset) {
        next = offset;
        thread.start();
    }

    @Override
    public void run() {
        while (!stopping) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, next);
                polling = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("The roster of proxies cannot be read from {} for now: {}", partition, e.getMessage());
                LockSupport.parkNanos(this, PAUSE_NANOS);
            } finally {
                polling = null;
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        while (!stopping) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                next = record.offset() + 1;
                if (record.key() == null || record.key().length == 0) {
                    Record heard = decode(record);
                    roster.heard(heard, System.nanoTime());
                    if (heard.hasHeartbeat()) {
                        clock.heard(Envelope.uuid(heard.getProxy()), heard.getStamp());
                    }
                }
            }
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }

    /** What is no record of ours says nothing. */
    static Record decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            Record decoded = Record.parseFrom(record.value());
            boolean ours = decoded.getVersion() == Envelope.VERSION
                    && decoded.getProxy().size() == 16;
            return ours ? decoded : NOTHING;
        } catch (InvalidProtocolBufferException e) {
            LOG.warn(
                    "Offset {} of {}-{} is no record of a capture.",
                    record.offset(),
                    record.topic(),
                    record.partition());
            return NOTHING;
        }
    }

    void stop() throws InterruptedException {
        stopping = true;
        Consumer<byte[], byte[]> consumer = polling;
        if (consumer != null) {
            consumer.wakeup();
        }
        LockSupport.unpark(thread);
        thread.join(5_000);
    }
}
