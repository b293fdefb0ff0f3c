package io.sluice.control;

/** What a command tells the shell. Scripts rely on it. */
final class ExitCode {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int DONE_WITH_DIFFERENCES = 3;
    static final int NOT_READY = 4;

    private ExitCode() {}
}
