package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is read of the head of a request or of an answer.
 *
 * @param method of a request; empty of an answer
 * @param target of a request, as it stands there; empty of an answer
 * @param status of an answer; 0 of a request
 * @param encoding how the body is encoded, in lower case; empty when it is not
 */
record Head(String method, String target, int status, String encoding) {

    private static final int STATUS_DIGITS = 3;
    private static final String ENCODING = "content-encoding:";

    /** Reads a request's; null when it is none. */
    static @Nullable Head ofRequest(ByteString bytes) {
        String head = bytes.toString(ISO_8859_1);
        int end = lineEnd(head);
        int method = head.indexOf(' ');
        int version = head.lastIndexOf(' ', end);
        if (method <= 0 || version <= method + 1 || end < version) {
            return null;
        }
        return new Head(head.substring(0, method), head.substring(method + 1, version), 0, encoding(head, end));
    }

    /** Reads an answer's; null when it is none. */
    static @Nullable Head ofAnswer(ByteString bytes) {
        String head = bytes.toString(ISO_8859_1);
        int from = head.indexOf(' ') + 1;
        if (!head.startsWith("HTTP/") || from == 0 || head.length() < from + STATUS_DIGITS) {
            return null;
        }
        int status = 0;
        for (int i = from; i < from + STATUS_DIGITS; i++) {
            int digit = head.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            status = status * 10 + digit;
        }
        return new Head("", "", status, encoding(head, lineEnd(head)));
    }

    private static int lineEnd(String head) {
        int end = head.indexOf('\n');
        if (end < 0) {
            return head.length();
        }
        return end > 0 && head.charAt(end - 1) == '\r' ? end - 1 : end;
    }

    private static String encoding(String head, int from) {
        for (int at = head.indexOf('\n', from); at >= 0; at = head.indexOf('\n', at)) {
            at++;
            if (head.regionMatches(true, at, ENCODING, 0, ENCODING.length())) {
                int end = head.indexOf('\n', at);
                String value = head.substring(at + ENCODING.length(), end < 0 ? head.length() : end);
                return value.trim().toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    /** All header lines, of those with the same name one. Names are in lower case; what is no header line is passed over. */
    static Map<String, String> headers(ByteString bytes) {
        Map<String, String> headers = new LinkedHashMap<>();
        String[] lines = bytes.toString(ISO_8859_1).split("\r?\n", -1);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.merge(
                        lines[i].substring(0, colon).trim().toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).trim(),
                        (one, other) -> one + ", " + other);
            }
        }
        return headers;
    }
}
