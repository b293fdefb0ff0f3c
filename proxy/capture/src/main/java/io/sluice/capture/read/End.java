package io.sluice.capture.read;

/** Why nothing more of an exchange comes. */
public enum End {
    /** Both parts are at their end, be it that one was cut. */
    ENDED,
    /** The proxy said goodbye. */
    PROXY_LEFT,
    /** The proxy died, and its next run is there. */
    PROXY_DIED,
    /** The proxy is silent, and somebody decided that it will not come back. */
    PROXY_FORGOTTEN,
    /** The reader has no room for more open exchanges. */
    NOT_HELD
}
