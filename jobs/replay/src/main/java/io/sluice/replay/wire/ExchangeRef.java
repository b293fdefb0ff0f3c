package io.sluice.replay.wire;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which exchange, and when: the order of these is the order of time. A proxy never gives a stamp twice, so proxy and stamp tell
 * an exchange from all others.
 *
 * @param partition of Kafka, in which all of it lies
 * @param stamp the exchange's time, in nanoseconds since 1970
 * @param connection from 1, in one run of the proxy
 * @param exchange from 1, on that connection
 */
public record ExchangeRef(int partition, long stamp, UUID proxy, long connection, long exchange)
        implements Comparable<ExchangeRef> {

    private static final Comparator<ExchangeRef> ORDER =
            Comparator.comparingLong(ExchangeRef::stamp).thenComparing(ExchangeRef::proxy);

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** How far apart the clocks of two proxies may be, in milliseconds. */
    public static final long CLOCKS_APART_MILLIS = 20;

    /** The exchange's time in milliseconds since 1970: due when event time has come to it. */
    public long millis() {
        return Math.floorDiv(stamp, NANOS_PER_MILLI);
    }

    /** The last millisecond all of whose stamps lie below a stamp. */
    public static long lastMilliBelow(long stamp) {
        return Math.floorDiv(stamp, NANOS_PER_MILLI) - 1;
    }

    /** The last millisecond that passes where nothing comes any more: what lies below the stamp is due by then, and certain. */
    public static long lastMilliAtEnd(long stamp) {
        return lastMilliBelow(stamp) + 1 + CLOCKS_APART_MILLIS;
    }

    @Override
    public int compareTo(ExchangeRef other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExchangeRef ref && ref.stamp == stamp && ref.proxy.equals(proxy);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(stamp) * 31 + proxy.hashCode();
    }

    /** Writes it, for {@link #readFrom}. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(partition);
        out.writeLong(stamp);
        out.writeLong(proxy.getMostSignificantBits());
        out.writeLong(proxy.getLeastSignificantBits());
        out.writeLong(connection);
        out.writeLong(exchange);
    }

    /** What {@link #writeTo} wrote. */
    public static ExchangeRef readFrom(DataInput in) throws IOException {
        return new ExchangeRef(
                in.readInt(), in.readLong(), new UUID(in.readLong(), in.readLong()), in.readLong(), in.readLong());
    }
}
