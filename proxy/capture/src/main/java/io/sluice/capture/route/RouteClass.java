package io.sluice.capture.route;

/** Whether a request may change data. */
public enum RouteClass {
    /** Changes nothing. Nobody waits for its capture, and it may be cut when its client leaves. */
    READ,
    /** Changes data, or may. */
    WRITE
}
