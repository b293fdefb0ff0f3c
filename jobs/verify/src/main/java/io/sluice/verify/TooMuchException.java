package io.sluice.verify;

import io.sluice.cluster.AnswerTooLongException;
import java.io.IOException;

/** A cluster was asked for more, or given more, than it or this process takes at a time. */
final class TooMuchException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean isForGood;

    /** @param isForGood whether the same would always be too much; else only now */
    TooMuchException(IOException cause, boolean isForGood) {
        super(cause.getMessage(), cause);
        this.isForGood = isForGood;
    }

    boolean isForGood() {
        return isForGood;
    }

    /** Whether that is why a call failed. */
    static boolean isOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AnswerTooLongException) {
                return true;
            }
        }
        return false;
    }
}
