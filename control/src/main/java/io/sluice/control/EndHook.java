package io.sluice.control;

/**
 * What is done when the process is told to end, by Ctrl-C or SIGTERM, while something runs that should end well. The
 * process waits for it. Flink's own hooks run at the same time: they delete temporary folders, nothing of {@code state}.
 */
final class EndHook implements AutoCloseable {

    private final Thread thread;

    /**
     * From now on.
     *
     * @param atEnd runs on a thread of its own; must have a limit of its own
     */
    EndHook(Runnable atEnd) {
        thread = new Thread(atEnd, "end");
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** Not any more. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException alreadyEnding) {
            // Then the hook runs, which is what it is for.
        }
    }
}
