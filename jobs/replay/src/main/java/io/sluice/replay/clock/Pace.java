package io.sluice.replay.clock;

/**
 * Where capture time is. Times are in microseconds of capture time, and milliseconds of wall time, since 1970.
 *
 * <p>There are two: the <i>schedule</i> moves with wall time, whatever happens; the <i>position</i> follows it, and where it
 * was held up (the target was slow, the job was down) catches up at a bounded speed, so there is never a burst. A pause that was
 * ordered stops both.
 *
 * <p>Who is to keep up with the present has it as the schedule: whoever begins hours behind it would else stay so for ever.
 *
 * <p>The present is now, or what was read of the capture, where the clocks of proxies are ahead of this one.
 *
 * <p>The position never goes far ahead of what was read of the capture: all in between would go out the moment it is read, in one burst
 * that nothing could hold. Nor does that hold anything up, as nothing leaves before it was read. While it is not known how far that
 * is, when a job starts, the position stands.
 */
final class Pace {

    private static final long MICROS = 1_000;

    /** Nobody asked for so long: the time in between is made up for, but not at once. */
    static final long LONGEST_STEP_MILLIS = 50;

    /** At full speed, how many milliseconds of capture time may pass in one. */
    static final double FASTEST = 200;

    /** How much of the capture was read is not known. */
    static final long UNKNOWN = 0;

    /** How far ahead of the capture it may go, for each second of capture time in one: about as old as that word is. */
    static final long NEAR_MILLIS = 100;

    private final long delayMillis;
    private final double catchUp;
    private final long aheadMillis;
    private long position;
    private long schedule;
    private long wall;

    /**
     * @param delayMillis how far behind now the clock stays
     * @param catchUp by which factor it may go faster than told while it is behind its schedule; with 1 it never does, and the
     *     present is not its schedule
     * @param aheadMillis how far it may go ahead of the capture at most
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
     * @param readMillis up to which time the capture was read, at least; or {@link #UNKNOWN}
     */
    long at(long nowMillis, Tempo tempo, long readMillis) {
        long passed = Math.max(0, nowMillis - wall);
        wall = Math.max(wall, nowMillis);
        if (!tempo.paused()) {
            long edge = (Math.max(wall, readMillis) - delayMillis) * MICROS;
            long scheduled = isForThePresent(tempo) ? edge : schedule + (long) (passed * MICROS * tempo.speed());
            schedule = Math.max(schedule, Math.min(scheduled, edge));
            if (!tempo.held() && readMillis != UNKNOWN) {
                follow(Math.min(passed, LONGEST_STEP_MILLIS), tempo.speed() * catchUp, readMillis);
            }
        }
        return Math.floorDiv(position, MICROS);
    }

    private boolean isForThePresent(Tempo tempo) {
        return tempo.speed() == Tempo.MAX || (catchUp > 1 && tempo.speed() >= 1);
    }

    private void follow(long millis, double factor, long readMillis) {
        long next = position + (long) (millis * MICROS * Math.min(FASTEST, factor));
        long ahead = (long) Math.min((double) aheadMillis, NEAR_MILLIS * factor);
        long most = Math.min(schedule, (readMillis + ahead) * MICROS);
        position = Math.max(position, Math.min(most, next));
    }

    /** What a clock that goes on from here must know. */
    ClockSplit split() {
        return new ClockSplit(position, schedule, wall);
    }
}
