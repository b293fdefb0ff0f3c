package io.sluice.verify;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Reads one side of a part, some documents at a time. Used by one thread. */
interface PartCursor {

    /** What came of waiting for a page. */
    enum Step {
        PAGE,
        /** Woken, or not yet. */
        NOTHING,
        /** The shard cannot be gone on with from here: all of the part is to be read again. */
        BROKEN
    }

    Side side();

    /** How many documents were read. */
    long documents();

    /** How many documents it asks for at a time at most, as more were too much. */
    int longestPage();

    /** Whether its page should be taken soon, as the cluster would forget it before the next one is asked for. */
    boolean isIdle();

    /** How far it is, from 0; beyond 1 when there are more documents than was thought. */
    double progress();

    /** Asks for the next page if none is asked for; false when there is none. */
    boolean prepare();

    /**
     * Waits for the page that was asked for and hands on its documents.
     *
     * @param woken whether the wait is to end
     * @throws IOException when the side does not give it
     * @throws org.apache.flink.runtime.execution.SuppressRestartsException when it never will
     */
    Step step(HitPage.Visitor visitor, BooleanSupplier woken) throws IOException, InterruptedException;

    void close();
}
