package io.sluice.replay.clock;

/**
 * Where capture time is. Times are in microseconds of capture time, and milliseconds of wall time, since 1970.
 *
 * <p>There are two: the <i>schedule</i> moves with wall time, whatever happens; the <i>position</i> follows it, and where it
 * was held up (the target was slow, the job was down) catches up at a bounded speed, so there is never a burst. A pause that was
 * ordered stops both.
 *
 * <p>The position never goes far ahead of the time that has come to the senders: when the capture is what they wait for, all in between
 * would go out the moment it is read, in one burst that nothing could hold. While that time is not known, when a job starts, it
 * stands, and after a while goes no faster than time itself: there may be no capture yet.
 */
final class Pace {

    private static final long MICROS = 1_000;

    /** Nobody asked for so long: the time in between is made up for, but not at once. */
    static final long LONGEST_STEP_MILLIS = 50;

    /** At full speed, how many milliseconds of capture time may pass in one. */
    static final double FASTEST = 200;

    /** Which time has come to the senders is not known. */
    static final long UNKNOWN = 0;

    /** How far ahead of them it may go, for each second of capture time in one: what they say is some 40 ms old. */
    static final long NEAR_MILLIS = 100;

    /** For how long it waits for senders that say nothing. */
    static final long PATIENCE_MILLIS = 5_000;

    private final long delayMillis;
    private final double catchUp;
    private final long aheadMillis;
    private long position;
    private long schedule;
    private long wall;
    private long unknownMillis;

    /**
     * @param delayMillis how far behind now the clock stays
     * @param catchUp by which factor it may go faster than told while it is behind its schedule
     * @param aheadMillis how far it may go ahead of the senders at most
     */
    Pace(ClockSplit start, long delayMillis, double catchUp, long aheadMillis) {
        this.delayMillis = delayMillis;
        this.catchUp = catchUp;
        this.aheadMillis = aheadMillis;
        this.position = start.position();
        this.schedule = start.schedule();
        this.wall = start.wall();
    }

    /**
     * Moves to now, and returns the last millisecond that may go out.
     *
     * @param passedMillis which time has come to the senders, or {@link #UNKNOWN}
     */
    long at(long nowMillis, Tempo tempo, long passedMillis) {
        long passed = Math.max(0, nowMillis - wall);
        wall = Math.max(wall, nowMillis);
        if (!tempo.paused()) {
            long edge = (wall - delayMillis) * MICROS;
            long scheduled = tempo.speed() == Tempo.MAX ? edge : schedule + (long) (passed * MICROS * tempo.speed());
            schedule = Math.max(schedule, Math.min(scheduled, edge));
            if (!tempo.held()) {
                follow(Math.min(passed, LONGEST_STEP_MILLIS), tempo.speed(), passedMillis);
            }
        }
        return Math.floorDiv(position, MICROS);
    }

    private void follow(long millis, double speed, long passedMillis) {
        boolean isKnown = passedMillis != UNKNOWN;
        unknownMillis = isKnown ? 0 : unknownMillis + millis;
        double factor = isKnown ? Math.min(FASTEST, speed * catchUp) : Math.min(1, speed);
        if (unknownMillis > 0 && unknownMillis < PATIENCE_MILLIS) {
            factor = 0;
        }
        long ahead = (long) Math.min((double) aheadMillis, NEAR_MILLIS * speed * catchUp);
        long most = isKnown ? (passedMillis + ahead) * MICROS : Long.MAX_VALUE;
        long next = position + (long) (millis * MICROS * factor);
        position = Math.max(position, Math.min(most, Math.min(schedule, next)));
    }

    /** What a clock that goes on from here must know. */
    ClockSplit split() {
        return new ClockSplit(position, schedule, wall);
    }
}
