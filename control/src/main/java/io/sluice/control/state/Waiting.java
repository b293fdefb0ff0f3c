package io.sluice.control.state;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How a command waits for something outside of this process, which tells nobody when it is done. */
public interface Waiting {

    /** Waits in real time. An interrupt ends the wait and stays set. */
    Waiting REAL = duration -> {
        try {
            TimeUnit.MILLISECONDS.sleep(duration.toMillis());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    };

    /** Lets a while pass. */
    void pause(Duration duration);
}
