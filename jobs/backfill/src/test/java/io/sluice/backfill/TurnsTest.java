package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final Turns turns = new Turns(2);

    @Test
    void neverMoreHaveATurnThanThereAreAndEverybodyGetsOne() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CompletableFuture<?>[] readers = new CompletableFuture<?>[20];

        for (int i = 0; i < readers.length; i++) {
            readers[i] = inBackground(() -> {
                assertThat(turns.take(() -> false)).isTrue();
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.yield();
                now.decrementAndGet();
                turns.giveBack();
            });
        }

        CompletableFuture.allOf(readers).get(1, TimeUnit.MINUTES);
        assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void whoIsGoneWaitsNoLongerAndTakesNothing() throws Exception {
        turns.take(() -> false);
        turns.take(() -> false);
        AtomicBoolean gone = new AtomicBoolean();
        CompletableFuture<Void> waiting =
                inBackground(() -> assertThat(turns.take(gone::get)).isFalse());

        gone.set(true);
        turns.lookAgain();

        waiting.get(1, TimeUnit.MINUTES);
        turns.giveBack();
        assertThat(turns.take(() -> false)).isTrue();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> inBackground(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }
}
