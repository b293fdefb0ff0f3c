package io.sluice.capture.journal;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is told. */
final class ManualClock implements InstantSource {

    private Instant now = Instant.ofEpochSecond(1_000);

    void set(Instant instant) {
        now = instant;
    }

    @Override
    public Instant instant() {
        return now;
    }
}
