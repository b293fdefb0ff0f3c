package io.sluice.proxy.upstream;

import io.sluice.config.HostPort;
import java.util.concurrent.atomic.AtomicInteger;

/** One node of a cluster, and how it is. Shared by all lanes. */
public final class Node {

    /** How long a node that could not be reached is left alone, unless a check finds it well before. */
    private static final long AVOIDED_NANOS = 10_000_000_000L;

    private final HostPort address;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean down;
    private volatile long downSince;

    Node(HostPort address) {
        this.address = address;
    }

    public HostPort address() {
        return address;
    }

    /** Exchanges that are under way on it. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Whether it answered when it was last tried. */
    public boolean isUp() {
        return !down;
    }

    /** Whether it should get requests: it is well, or was left alone for long enough. */
    boolean isWorthATry(long now) {
        return !down || now - downSince > AVOIDED_NANOS;
    }

    void failed(long now) {
        downSince = now;
        down = true;
    }

    void worked() {
        if (down) {
            down = false;
        }
    }

    void began() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }
}
