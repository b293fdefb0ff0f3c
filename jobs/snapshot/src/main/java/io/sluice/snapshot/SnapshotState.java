package io.sluice.snapshot;

/** What the server says of a snapshot. */
public enum SnapshotState {
    SUCCESS,
    PARTIAL,
    FAILED,
    IN_PROGRESS,
    /** An older server's listing does not say; the shard files decide. */
    UNKNOWN
}
