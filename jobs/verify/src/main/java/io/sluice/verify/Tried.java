package io.sluice.verify;

import io.sluice.cluster.BackOff;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes calls again that came to nothing, after pauses that grow. */
final class Tried {

    /** With the longest pause of five seconds, about two minutes, and what the answers take. */
    static final int MOST_ATTEMPTS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(Tried.class);

    private Tried() {}

    /** A call that may be made again. */
    @FunctionalInterface
    interface Call<T> {
        /** Makes it. */
        T make() throws IOException, InterruptedException;
    }

    /**
     * Makes a call until it succeeds.
     *
     * @throws TooMuchException at once: the same would hardly be less
     */
    static <T> T call(String doing, Call<T> call) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.make();
            } catch (TooMuchException e) {
                throw e;
            } catch (IOException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                LOG.info("{} failed and is tried again: {}", doing, e.getMessage());
                TimeUnit.MILLISECONDS.sleep(BackOff.millis(attempt));
            }
        }
    }
}
