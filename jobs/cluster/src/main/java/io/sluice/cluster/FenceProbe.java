package io.sluice.cluster;

/**
 * Whether a cluster keeps ids and honours external versions, so that repeated and late writes do no harm.
 *
 * @param reason what it did instead, for a person; empty when the fence works
 */
public record FenceProbe(boolean works, String reason) {

    static final FenceProbe WORKS = new FenceProbe(true, "");

    static FenceProbe fails(String reason) {
        return new FenceProbe(false, reason);
    }
}
