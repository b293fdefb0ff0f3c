package io.sluice.cluster;

/**
 * What an answer of the target means for what was sent.
 *
 * <p>The order of the rules in {@link #of} matters: the first that fits counts.
 */
public enum ItemVerdict {
    /** It is written. */
    APPLIED,
    /** The target has the same or a newer version of it: the fence said no. */
    SUPERSEDED,
    /** Not now: overload, a missing shard, a full disk. Sending it again may help. */
    RETRY,
    /** The index takes no writes until somebody takes a block away. */
    INDEX_BLOCKED,
    /** There is no such index. */
    INDEX_MISSING,
    /** Never: sending it again will not help. */
    REFUSED;

    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;

    /**
     * The verdict on one item of a bulk, or on a request as a whole.
     *
     * @param status HTTP's, of the item or the answer
     * @param type the error's type, or empty
     * @param reason the error's reason, or empty
     */
    public static ItemVerdict of(int status, String type, String reason) {
        if (status / 100 == 2) {
            return APPLIED;
        }
        if (status == CONFLICT) {
            return type.isEmpty() || type.equals("version_conflict_engine_exception") ? SUPERSEDED : REFUSED;
        }
        if (status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT || status == UNAUTHORIZED) {
            // 401: credentials expire and are renewed while a migration runs; whoever starts one checks them first.
            return RETRY;
        }
        if (status == FORBIDDEN && type.equals("cluster_block_exception")) {
            // The flood-stage block is taken away by the server itself as soon as there is room on the disk.
            return reason.contains("read-only-allow-delete") || reason.contains("read-only / allow delete")
                    ? RETRY
                    : INDEX_BLOCKED;
        }
        if (status == NOT_FOUND && type.equals("index_not_found_exception")) {
            return INDEX_MISSING;
        }
        return status == FORBIDDEN ? INDEX_BLOCKED : REFUSED;
    }
}
