package io.sluice.cluster;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No whole answer came: refused, cut, timed out, not trusted. */
public final class ClusterUnreachableException extends IOException {

    private final boolean mayHaveArrived;

    /** Whether the request was carried out is not known. */
    public ClusterUnreachableException(String message, @Nullable Throwable cause) {
        this(message, cause, true);
    }

    /** Tells whether any byte of the request can have reached the cluster. */
    public ClusterUnreachableException(String message, @Nullable Throwable cause, boolean mayHaveArrived) {
        super(message, cause);
        this.mayHaveArrived = mayHaveArrived;
    }

    /** False when no byte of the request was sent: it was certainly not carried out. */
    public boolean mayHaveArrived() {
        return mayHaveArrived;
    }
}
