package io.sluice.capture;

/** Why a part of an exchange has no end. */
public enum CutReason {
    /** The client left before the request's end. */
    CLIENT_LEFT,
    /** The source closed, or broke the protocol, before the answer's end. */
    SOURCE_LEFT,
    /** The client left a read, so the source was told to stop. */
    READ_CANCELLED,
    /** The proxy did not pass the request on, and answered itself. */
    REFUSED_BY_PROXY,
    /** The proxy stopped. */
    PROXY_STOPPED
}
