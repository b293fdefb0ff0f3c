package io.sluice.replay.load;

import io.sluice.replay.load.Connections.Connection;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import org.jspecify.annotations.Nullable;

/** A request that is not settled. Belongs to the task's thread. */
final class Queued implements Comparable<Queued> {

    private static final int OVERHEAD_BYTES = 500;

    private final ExchangeRef exchange;
    private final Connection connection;
    private final int key;
    private final int bytes;

    /** Null while it lies in state alone. */
    @Nullable
    StepItem item;

    /** Whether it is in state. */
    boolean stored;

    /** How often it did not reach the target. */
    int attempts;

    Queued(StepItem item, int key) {
        this.exchange = item.exchange();
        this.connection = Connection.of(item);
        this.key = key;
        this.item = item;
        this.bytes = OVERHEAD_BYTES
                + (item.step() instanceof Step.Whole whole ? whole.body().size() : 0);
    }

    ExchangeRef exchange() {
        return exchange;
    }

    Connection connection() {
        return connection;
    }

    /** Under which key it lies in state. */
    int key() {
        return key;
    }

    /** Its name in state, under its key. */
    String name() {
        return exchange.stamp() + "/" + exchange.proxy() + "/" + connection.copy();
    }

    /** Its size on the heap while it is there as a whole. */
    int bytes() {
        return bytes;
    }

    @Override
    public int compareTo(Queued other) {
        int order = exchange.compareTo(other.exchange);
        return order != 0 ? order : Integer.compare(connection.copy(), other.connection.copy());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Queued queued && compareTo(queued) == 0;
    }

    @Override
    public int hashCode() {
        return exchange.hashCode() * 31 + connection.copy();
    }
}
