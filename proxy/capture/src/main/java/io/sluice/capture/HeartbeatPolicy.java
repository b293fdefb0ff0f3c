package io.sluice.capture;

/** Which stamp a heartbeat carries. There is one true answer; tests give another, to see that it is found out. */
interface HeartbeatPolicy {

    /** The lowest stamp that is not acknowledged. */
    HeartbeatPolicy TRUE = lowest -> lowest;

    /**
     * Chooses the stamp of a heartbeat.
     *
     * @param lowestUnacknowledged of the partition; everything stamped below is in Kafka
     */
    long stamp(long lowestUnacknowledged);
}
