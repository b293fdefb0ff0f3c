package io.sluice.verify;

import io.sluice.cluster.RawHttp;
import java.util.function.LongSupplier;

/**
 * The source's side, read from the cluster.
 *
 * @param http is closed with it
 */
record LivingSide(RawHttp http, VerifyPlan plan) implements SourceSide {

    @Override
    public PartCursor cursor(Part part, int longestPage, LongSupplier nanoTime) {
        return new SideCursor(Side.SOURCE, http, plan, part, longestPage, nanoTime);
    }

    @Override
    public void close() {
        http.close();
    }
}
