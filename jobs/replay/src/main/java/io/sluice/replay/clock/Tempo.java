package io.sluice.replay.clock;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * How the clock is to go.
 *
 * @param number of the order that said so; grows
 * @param paused whether it stands, and does not make up for it later
 * @param speed how many seconds of capture time in one second; {@link #MAX} for as fast as all else allows
 * @param held whether it stands until the senders have less to do
 */
record Tempo(long number, boolean paused, double speed, boolean held) implements SourceEvent {

    private static final long serialVersionUID = 1L;

    static final double MAX = Double.POSITIVE_INFINITY;

    static Tempo of(double speed) {
        return new Tempo(0, false, speed, false);
    }

    Tempo held(boolean hold) {
        return new Tempo(number, paused, speed, hold);
    }
}
