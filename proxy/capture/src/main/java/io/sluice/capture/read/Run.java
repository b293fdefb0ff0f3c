package io.sluice.capture.read;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One run of one proxy.
 *
 * @param incarnation greater than that of every run of that proxy before
 */
public record Run(UUID proxy, long incarnation) implements Serializable {

    /** Writes it, for {@link #readFrom}: 24 bytes. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(proxy.getMostSignificantBits());
        out.writeLong(proxy.getLeastSignificantBits());
        out.writeLong(incarnation);
    }

    /** What {@link #writeTo} wrote. */
    public static Run readFrom(DataInput in) throws IOException {
        return new Run(new UUID(in.readLong(), in.readLong()), in.readLong());
    }

    /** Written out, as it is asked for several times for each fragment: what the compiler makes for records is slow until it is hot. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Run run && run.incarnation == incarnation && run.proxy.equals(proxy);
    }

    @Override
    public int hashCode() {
        return proxy.hashCode() * 31 + Long.hashCode(incarnation);
    }
}
