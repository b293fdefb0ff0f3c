package io.sluice.verify;

import io.sluice.cluster.BackOff;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Does with half as many at a time what is too much with all, down to one; after a pause where it is too much only now. */
final class Halves {

    /** As before the fourth attempt at something: about half a second. */
    private static final int PAUSE = 4;

    private Halves() {}

    /** Something that is done with several. */
    @FunctionalInterface
    interface Work<T> {
        /** Does it. */
        void with(List<T> some) throws Exception;
    }

    /** What is done with one that is too much by itself. */
    @FunctionalInterface
    interface Rest<T> {
        /** Does it. */
        void with(T one, TooMuchException why) throws Exception;
    }

    /** Does it with all; each is worked on once, or left to the rest. */
    static <T> void each(List<T> all, Work<T> work, Rest<T> rest) throws Exception {
        try {
            work.with(all);
        } catch (TooMuchException e) {
            if (!e.isForGood()) {
                TimeUnit.MILLISECONDS.sleep(BackOff.millis(PAUSE));
            }
            if (all.size() == 1) {
                rest.with(all.get(0), e);
            } else {
                int half = all.size() / 2;
                each(all.subList(0, half), work, rest);
                each(all.subList(half, all.size()), work, rest);
            }
        }
    }
}
