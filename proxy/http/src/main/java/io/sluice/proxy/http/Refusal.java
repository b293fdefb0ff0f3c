package io.sluice.proxy.http;

/**
 * Why something is not passed on.
 *
 * @param status what the client is answered
 * @param type one word for metrics
 * @param reason a sentence
 */
public record Refusal(int status, String type, String reason) {

    static Refusal malformed(String reason) {
        return new Refusal(400, "malformed", reason);
    }
}
