package io.sluice.capture.read;

import org.jspecify.annotations.Nullable;

/**
 * One request and its answer.
 *
 * @param connection from 1, in one run
 * @param exchange from 1, on one connection
 */
public record ExchangeId(Run run, long connection, long exchange) {

    /** Written out for the same reason as that of {@link Run}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExchangeId id
                && id.exchange == exchange
                && id.connection == connection
                && id.run.equals(run);
    }

    @Override
    public int hashCode() {
        return (run.hashCode() * 31 + Long.hashCode(connection)) * 31 + Long.hashCode(exchange);
    }
}
