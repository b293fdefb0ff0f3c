package io.sluice.capture;

/**
 * Where a proxy records what passes through it.
 *
 * <p>Thread-safe. No method waits: bytes are copied into the journal's mapped memory before a method returns, and
 * everything that depends on Kafka or on a disk is told by a callback.
 */
public interface Recorder extends AutoCloseable {

    /**
     * Takes note of a client that connected.
     *
     * @param client its address, {@code host:port}
     */
    ConnectionRecorder connection(String client);

    /** Says whether a write may begin now. Asked once for each write, before anything of it goes to the source. */
    Admission admission();

    /** Writes everything that is still in the journal, says goodbye, and ends; waits for that no longer than its bound. */
    @Override
    void close();
}
