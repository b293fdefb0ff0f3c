package io.sluice.replay.clock;

import io.sluice.replay.ReplaySpec;
import io.sluice.replay.conduct.Conductor;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again where the capture ends, while all proxies are gone by what was read of it: others may have come later; and while its
 * time stands: then somebody is silent, or Kafka is. By a
 * thread of its own, as Kafka may take long to answer, and the status is to be written meanwhile.
 */
final class EndLook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndLook.class);

    private static final long LOOK_MILLIS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ReplaySpec spec;
    private final Conductor conductor;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "replay-end-look");
        thread.setDaemon(true);
        return thread;
    });
    /** Opened when there is something to ask: most captures do not end. */
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    private boolean hasFailed;

    EndLook(ReplaySpec spec, Conductor conductor) {
        this.spec = spec;
        this.conductor = conductor;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it runs until it is closed
    void start() {
        looking.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        boolean mayHaveEnded = conductor.isDeserted(spec.partitions());
        if (!mayHaveEnded && !conductor.standing().isToBeAsked(System.nanoTime())) {
            return;
        }
        long began = System.currentTimeMillis();
        try {
            KafkaConsumer<byte[], byte[]> asked = consumer == null ? FirstStamp.consumer(spec) : consumer;
            consumer = asked;
            conductor.standing().asked(CaptureEnds.now(spec, asked, PATIENCE));
            if (mayHaveEnded) {
                conductor.endsAt(CaptureEnds.of(spec, asked), began);
            }
            hasFailed = false;
        } catch (RuntimeException e) { // whatever it is, the next look may go better
            conductor.standing().failed(String.valueOf(e.getMessage()), System.nanoTime());
            if (!hasFailed) {
                LOG.warn("The end of the capture cannot be read; it is looked up again.", e);
            }
            hasFailed = true;
        }
    }

    private void end() {
        if (consumer != null) {
            consumer.close();
        }
    }

    /** Does not wait for what is under way. */
    @Override
    public void close() {
        looking.execute(this::end);
        looking.shutdown();
    }
}
