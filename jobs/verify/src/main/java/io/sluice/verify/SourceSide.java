package io.sluice.verify;

import java.util.function.LongSupplier;

/** Reads what the target is compared with, part by part. Belongs to one thread. */
interface SourceSide extends AutoCloseable {

    /**
     * Begins with a part; reads nothing yet.
     *
     * @param longestPage how many documents are asked for at a time at most
     * @param nanoTime by which it is told how long it was not read
     */
    PartCursor cursor(Part part, int longestPage, LongSupplier nanoTime);

    @Override
    void close();
}
