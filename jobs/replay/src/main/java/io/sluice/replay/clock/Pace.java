package io.sluice.replay.clock;

/**
 * Where capture time is. Times are in microseconds of capture time, and milliseconds of wall time, since 1970.
 *
 * <p>There are two: the <i>schedule</i> moves with wall time, whatever happens; the <i>position</i> follows it, and where it
 * was held up (the target was slow, the job was down) catches up at a bounded speed, so there is never a burst. A pause that was
 * ordered stops both.
 *
 * <p>Who is to keep up with the present has it as the schedule: whoever begins hours behind it would else stay so for ever.
 */
final class Pace {

    private static final long MICROS = 1_000;

    /** Nobody asked for so long: the time in between is made up for, but not at once. */
    static final long LONGEST_STEP_MILLIS = 50;

    /** At full speed, how many milliseconds of capture time may pass in one. */
    static final double FASTEST = 200;

    private final long delayMillis;
    private final double catchUp;
    private long position;
    private long schedule;
    private long wall;

    /**
     * @param delayMillis how far behind now the clock stays
     * @param catchUp by which factor it may go faster than told while it is behind its schedule; with 1 it never does, and the
     *     present is not its schedule
     */
    Pace(ClockSplit start, long delayMillis, double catchUp) {
        this.delayMillis = delayMillis;
        this.catchUp = catchUp;
        this.position = start.position();
        this.schedule = start.schedule();
        this.wall = start.wall();
    }

    /** Moves to now, and returns the last millisecond that may go out. */
    long at(long nowMillis, Tempo tempo) {
        long passed = Math.max(0, nowMillis - wall);
        wall = Math.max(wall, nowMillis);
        if (!tempo.paused()) {
            long edge = (wall - delayMillis) * MICROS;
            long scheduled = isForThePresent(tempo) ? edge : schedule + (long) (passed * MICROS * tempo.speed());
            schedule = Math.max(schedule, Math.min(scheduled, edge));
            if (!tempo.held()) {
                follow(Math.min(passed, LONGEST_STEP_MILLIS), tempo.speed());
            }
        }
        return Math.floorDiv(position, MICROS);
    }

    private boolean isForThePresent(Tempo tempo) {
        return tempo.speed() == Tempo.MAX || (catchUp > 1 && tempo.speed() >= 1);
    }

    private void follow(long millis, double speed) {
        long step = (long) (millis * MICROS * Math.min(FASTEST, speed * catchUp));
        position = Math.max(position, Math.min(schedule, position + step));
    }

    /** What a clock that goes on from here must know. */
    ClockSplit split() {
        return new ClockSplit(position, schedule, wall);
    }
}
