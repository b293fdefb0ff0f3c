package io.sluice.proxy.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which heads are passed on: those of which everybody on the way thinks the same. A request that ends elsewhere for us than
 * for the source would let one client speak in another's name.
 */
public final class HeadRules {

    /** 10^18 is no body. */
    private static final int MOST_DIGITS = 18;

    private static final AsciiString OLD_WEB_SOCKET = AsciiString.cached("sec-websocket-key1");
    private static final List<String> NEVER_OF_ONE_HOP = List.of("content-length", "transfer-encoding", "host");

    private HeadRules() {}

    /** What is wrong with a request's head; null: nothing. */
    public static @Nullable Refusal check(HttpRequest request) {
        DecoderResult parsed = request.decoderResult();
        if (parsed.isFailure()) {
            return unparsed(parsed.cause());
        }
        if (isOtherVersion(request)) {
            return new Refusal(505, "version", "The proxy speaks HTTP/1.1 and HTTP/1.0.");
        }
        if (request.method().name().equals("CONNECT")) {
            return new Refusal(
                    405, "connect", "The proxy stands in front of one cluster: there is nothing to CONNECT to.");
        }
        String target = badTarget(request.uri());
        return target != null ? Refusal.malformed(target) : headers(request);
    }

    /** What is wrong with an answer's head; null: nothing. */
    public static @Nullable String check(HttpResponse answer) {
        DecoderResult parsed = answer.decoderResult();
        if (parsed.isFailure()) {
            return String.valueOf(parsed.cause().getMessage());
        }
        int status = answer.status().code();
        if (isOtherVersion(answer) || status < 100 || status > 999) {
            return "its start line is " + answer.protocolVersion() + " " + status;
        }
        return framing(answer.headers());
    }

    private static Refusal unparsed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Refusal(
                    414,
                    "too_long",
                    "The request line is longer than proxy.limits.line allows: raise it if clients need that.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Refusal(
                    431,
                    "too_long",
                    "The headers are longer than proxy.limits.headers allows: raise it if clients need that.");
        }
        return Refusal.malformed("The request is not valid HTTP: " + cause.getMessage());
    }

    private static boolean isOtherVersion(HttpMessage message) {
        HttpVersion version = message.protocolVersion();
        return !HttpVersion.HTTP_1_1.equals(version) && !HttpVersion.HTTP_1_0.equals(version);
    }

    private static @Nullable String badTarget(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f) {
                return "The request target has a control character in it.";
            }
        }
        boolean known = target.startsWith("/")
                || target.equals("*")
                || target.regionMatches(true, 0, "http://", 0, 7)
                || target.regionMatches(true, 0, "https://", 0, 8);
        return known ? null : "The request target is neither a path nor a URL.";
    }

    private static @Nullable Refusal headers(HttpRequest request) {
        HttpHeaders headers = request.headers();
        String framing = framing(headers);
        if (framing != null) {
            return Refusal.malformed("It is not certain where the request ends: " + framing + ".");
        }
        if (headers.contains(OLD_WEB_SOCKET)) {
            return Refusal.malformed("The request has a body that its headers do not tell of (Sec-WebSocket-Key1).");
        }
        if (isRepeated(headers, HttpHeaderNames.HOST)) {
            return Refusal.malformed("The request has several Host headers.");
        }
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        if (connection != null && !isPlain(connection) && dropsFraming(headers)) {
            return Refusal.malformed(
                    "The Connection header names a header that says where the request ends, or for whom it is.");
        }
        return null;
    }

    private static @Nullable String framing(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && (!isNumber(length) || isRepeated(headers, HttpHeaderNames.CONTENT_LENGTH))) {
            return "Content-Length is not one number";
        }
        String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
        if (coding == null) {
            return null;
        }
        if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding)
                || isRepeated(headers, HttpHeaderNames.TRANSFER_ENCODING)) {
            return "Transfer-Encoding is not just chunked";
        }
        return null;
    }

    private static boolean isRepeated(HttpHeaders headers, AsciiString name) {
        Iterator<? extends CharSequence> values = headers.valueCharSequenceIterator(name);
        if (values.hasNext()) {
            values.next();
        }
        return values.hasNext();
    }

    private static boolean isNumber(String text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(String connection) {
        return HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(connection)
                || HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(connection);
    }

    private static boolean dropsFraming(HttpHeaders headers) {
        for (Map.Entry<String, String> header : headers) {
            if (HttpHeaderNames.CONNECTION.contentEqualsIgnoreCase(header.getKey())
                    && NEVER_OF_ONE_HOP.stream().anyMatch(name -> hasToken(header.getValue(), name))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a list such as that of a Connection header has an element. */
    public static boolean hasToken(String list, String token) {
        for (String element : list.split(",", -1)) {
            if (element.strip().toLowerCase(Locale.ROOT).equals(token)) {
                return true;
            }
        }
        return false;
    }
}
