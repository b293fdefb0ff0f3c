package io.sluice.replay.send;

/** How work comes back to the task's thread. */
public interface TaskThread {

    /** Runs something there, soon. May be called from any thread. */
    void run(Runnable work);

    /** Runs something there after a while. Called there. */
    void later(long millis, Runnable work);
}
