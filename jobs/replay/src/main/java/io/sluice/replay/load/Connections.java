package io.sluice.replay.load;

import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import java.util.UUID;
import org.apache.flink.api.java.functions.KeySelector;

/** Spreads connections, and copies of them, over the senders: all requests of one have the same key. */
public final class Connections implements KeySelector<StepItem, Integer> {

    private static final long serialVersionUID = 1L;

    private final PartitionKeys keys;

    public Connections(PartitionKeys keys) {
        this.keys = keys;
    }

    /** One copy of a client's connection. */
    record Connection(UUID proxy, long number, int copy) {

        /** The same on every host: what a record has by itself may differ. */
        @Override
        public int hashCode() {
            return (proxy.hashCode() * 31 + Long.hashCode(number)) * 31 + copy;
        }

        static Connection of(StepItem item) {
            ExchangeRef exchange = item.exchange();
            return new Connection(
                    exchange.proxy(), exchange.connection(), item.step().item());
        }
    }

    @Override
    public Integer getKey(StepItem item) {
        int hash = Connection.of(item).hashCode() * 0x9E3779B9; // neighbours are to lie apart
        return keys.of(Math.floorMod(hash ^ (hash >>> 15), keys.count()));
    }
}
