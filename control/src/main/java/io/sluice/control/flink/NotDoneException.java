package io.sluice.control.flink;

/** Flink took something on, and was not done with it in time: it may still finish. */
public final class NotDoneException extends FlinkException {

    private static final long serialVersionUID = 1L;

    NotDoneException(String message) {
        super(message, 0, null);
    }
}
