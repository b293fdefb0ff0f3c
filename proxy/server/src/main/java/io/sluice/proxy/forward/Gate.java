package io.sluice.proxy.forward;

import io.sluice.proxy.upstream.Upstream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Where new requests go: to a cluster, or nowhere for a while. Those under way are never touched.
 *
 * <p>From any thread. A request counts as under way before it looks whether the gate is held: once {@link #hold} has
 * returned and {@link #inFlight} is 0, nothing is on its way to the source, and nothing will be.
 */
public final class Gate {

    /** Somebody whose request waits. */
    interface Waiting {
        /** The gate is open again: enter it. From any thread. */
        void resume();
    }

    private final int mostWaiting;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Set<Waiting> waiters = ConcurrentHashMap.newKeySet();
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private volatile Upstream upstream;
    private volatile boolean held;

    /** Begins with a cluster; at most so many requests wait while it is held, the others are refused. */
    public Gate(Upstream upstream, int mostWaiting) {
        this.upstream = upstream;
        this.mostWaiting = mostWaiting;
    }

    /** Lets no new request go. */
    public void hold() {
        held = true;
    }

    /** Lets them go again, those that wait first. */
    public void release() {
        held = false;
        wake();
    }

    /** Turns to another cluster: from the next request on, or, while held, from the release on. */
    public void turn(Upstream to) {
        upstream = to;
    }

    public boolean isHeld() {
        return held;
    }

    public Upstream upstream() {
        return upstream;
    }

    /** Requests that wait. */
    public int waiting() {
        return waiting.get();
    }

    /** Exchanges that were let go and are not over. */
    public long inFlight(boolean write) {
        return (write ? writes : reads).sum();
    }

    public long inFlight() {
        return writes.sum() + reads.sum();
    }

    /** Begins an exchange; null: not now. Whoever entered must {@link #leave}. */
    @Nullable
    Upstream enter(boolean write) {
        (write ? writes : reads).increment();
        if (held) {
            leave(write);
            return null;
        }
        return upstream;
    }

    void leave(boolean write) {
        (write ? writes : reads).decrement();
    }

    /** Waits for the release. False: too many do. */
    boolean await(Waiting waiter) {
        if (waiting.incrementAndGet() > mostWaiting) {
            waiting.decrementAndGet();
            return false;
        }
        waiters.add(waiter);
        if (!held) {
            wake(); // released in between
        }
        return true;
    }

    /** Waits no longer. */
    void giveUp(Waiting waiter) {
        if (waiters.remove(waiter)) {
            waiting.decrementAndGet();
        }
    }

    private void wake() {
        for (Waiting waiter : List.copyOf(waiters)) {
            if (waiters.remove(waiter)) {
                waiting.decrementAndGet();
                waiter.resume();
            }
        }
    }
}
