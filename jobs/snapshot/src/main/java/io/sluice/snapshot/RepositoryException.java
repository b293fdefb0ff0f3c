package io.sluice.snapshot;

import java.io.IOException;

/** A repository, snapshot, index or shard that is not there or cannot be used. The message says what is, and what to do. */
public final class RepositoryException extends IOException {

    public RepositoryException(String message) {
        super(message);
    }

    public RepositoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
