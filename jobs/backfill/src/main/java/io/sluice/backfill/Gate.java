package io.sluice.backfill;

/** Whether another bulk may be begun. */
interface Gate {

    /** The range is given up. */
    long NEVER = -1;

    /** Not before something changes. */
    long NOT_YET = Long.MAX_VALUE;

    /** {@link #NEVER}, {@link #NOT_YET}, or nanoseconds from now; asked with the courier's lock held. */
    long nanosUntilOpen(RangeProgress range);
}
