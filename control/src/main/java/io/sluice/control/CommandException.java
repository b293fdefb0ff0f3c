package io.sluice.control;

import org.jspecify.annotations.Nullable;

/** A command that cannot do what it was asked for. The message says what, where, why, and what to do. */
final class CommandException extends Exception {

    private final int exitCode;

    private CommandException(String message, int exitCode, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** It was tried, and it did not work. */
    static CommandException failed(String message, @Nullable Throwable cause) {
        return new CommandException(message, ExitCode.FAILED, cause);
    }

    /** It was not tried: command line and configuration do not go together. */
    static CommandException wrongUsage(String message) {
        return new CommandException(message, ExitCode.WRONG_USAGE, null);
    }

    /** It may work later. */
    static CommandException notReady(String message) {
        return new CommandException(message, ExitCode.NOT_READY, null);
    }

    int exitCode() {
        return exitCode;
    }
}
