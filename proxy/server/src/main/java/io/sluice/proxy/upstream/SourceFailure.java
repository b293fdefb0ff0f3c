package io.sluice.proxy.upstream;

/**
 * Why a source cannot be reached, or was lost.
 *
 * @param timedOut it did not answer in time
 * @param reason a sentence for the client
 */
public record SourceFailure(boolean timedOut, String reason) {}
