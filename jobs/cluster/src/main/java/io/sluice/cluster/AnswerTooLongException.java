package io.sluice.cluster;

import java.io.IOException;

/** An answer was longer than is read: the cause of a {@link ClusterUnreachableException} that comes again for the same question. */
public final class AnswerTooLongException extends IOException {

    private static final long serialVersionUID = 1L;

    AnswerTooLongException(String message) {
        super(message);
    }
}
