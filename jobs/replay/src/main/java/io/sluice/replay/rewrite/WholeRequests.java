package io.sluice.replay.rewrite;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CapturedPart;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Leaves requests as they were captured, reads and writes alike, to test a target with: method, target, body and headers. What
 * belongs to the client's connection, to its credentials or to the source alone is left out.
 */
public final class WholeRequests {

    /** Set anew for each request that is sent, or about a connection that it is not sent over. */
    private static final Set<String> NOT_CARRIED = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "authorization",
            "proxy-authorization",
            "cookie",
            "es-security-runas-user");

    private static final String SIGNED = "x-amz-";
    private static final String REDACTED = "<redacted>";

    /** Media types that only the source knows, such as {@code application/vnd.elasticsearch+json;compatible-with=7}. */
    private static final String OF_THE_SOURCE =
            "application/vnd\\.elasticsearch\\+([a-z-]+)(\\s*;\\s*compatible-with=\\d+)?";

    private final int copies;

    /** @param copies how often each is to be sent */
    public WholeRequests(int copies) {
        if (copies < 1) {
            throw new IllegalArgumentException(copies + " copies");
        }
        this.copies = copies;
    }

    /** What becomes of an exchange: as many steps as copies, or one rule why there are none. */
    public Rewritten rewrite(CapturedExchange exchange) {
        Items items = new Items();
        CapturedPart request = exchange.request();
        Head head = Head.ofRequest(request.head());
        Head answer = Head.ofAnswer(exchange.answer().head());
        int status = answer == null ? 0 : answer.status();
        if (head == null) {
            items.skipped(0, "request_head_missing");
        } else if (!request.whole()) {
            items.skipped(0, "request_incomplete");
        } else if (!request.bodyHeld()) {
            items.skipped(0, "request_body_not_held");
        } else {
            Map<String, String> headers = headers(request);
            for (int copy = 0; copy < copies; copy++) {
                items.add(new Step.Whole(copy, head.method(), head.target(), headers, request.body(), status));
            }
        }
        return items.of("load", null, status);
    }

    private static Map<String, String> headers(CapturedPart request) {
        Map<String, String> carried = new HashMap<>();
        Head.headers(request.head()).forEach((name, value) -> {
            if (!NOT_CARRIED.contains(name) && !name.startsWith(SIGNED) && !value.contains(REDACTED)) {
                carried.put(name, value.replaceAll(OF_THE_SOURCE, "application/$1"));
            }
        });
        return carried;
    }
}
