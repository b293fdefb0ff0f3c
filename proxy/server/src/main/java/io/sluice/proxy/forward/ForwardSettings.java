package io.sluice.proxy.forward;

import java.time.Duration;
import java.util.Map;

/**
 * How requests are passed on.
 *
 * @param tunnel whether a request may change the protocol; what follows is then not captured
 * @param setHeaders what the source gets in place of the client's headers of these names
 * @param suppression what is not captured
 * @param keepCredentials whether secrets are captured
 * @param halfClosed how long a client that sends no more, and may be gone, is given before its read is cancelled
 */
public record ForwardSettings(
        boolean tunnel,
        Map<String, String> setHeaders,
        Suppression suppression,
        boolean keepCredentials,
        Duration halfClosed) {

    public ForwardSettings {
        setHeaders = Map.copyOf(setHeaders);
    }

    /** Its values may be secrets. */
    @Override
    public String toString() {
        return "ForwardSettings[tunnel=" + tunnel + ", setHeaders=" + setHeaders.keySet() + "]";
    }
}
