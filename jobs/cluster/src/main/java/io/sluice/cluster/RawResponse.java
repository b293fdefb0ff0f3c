package io.sluice.cluster;

/** An answer, whole. */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on, never compared or changed
public record RawResponse(int status, byte[] body) {}
