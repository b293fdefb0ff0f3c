package io.sluice.capture.journal;

/**
 * What passed without being captured and was not yet told to the readers of the capture.
 *
 * @param since the stamp from which on something may be missing, or 0 if nothing is
 * @param writes exchanges of writes that are not in the capture, or not as a whole
 * @param reads the same for reads
 */
public record Uncaptured(long since, long writes, long reads) {

    /** Nothing. */
    public static final Uncaptured NONE = new Uncaptured(0, 0, 0);
}
