package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A request target, taken apart as routes are: scheme and host left out, slashes at the end too. */
final class Target {

    private static final int HEX = 16;

    /** What RFC 3986 leaves no room for in a query, as far as it is a character that a request line can have. */
    private static final String FORBIDDEN = "\"<>\\^`{|}#";

    /** The same in a path. */
    private static final String FORBIDDEN_IN_PATH = FORBIDDEN + "[]";

    private final List<String> segments = new ArrayList<>(4);
    private final String query;

    /** Takes it apart. */
    Target(String raw) {
        int from = start(raw);
        int to = raw.indexOf('?', from);
        this.query = to < 0 ? "" : raw.substring(to + 1);
        int end = to < 0 ? raw.length() : to;
        while (end > from && raw.charAt(end - 1) == '/') {
            end--;
        }
        while (from < end) {
            int slash = raw.indexOf('/', from);
            int stop = slash < 0 || slash > end ? end : slash;
            segments.add(raw.substring(from, stop));
            from = stop + 1;
        }
    }

    private static int start(String raw) {
        if (raw.startsWith("/")) {
            return 1;
        }
        int scheme = raw.indexOf("://");
        if (scheme <= 0) {
            return 0;
        }
        int slash = raw.indexOf('/', scheme + 3);
        return slash < 0 ? raw.length() : slash + 1;
    }

    /** A segment with its percent signs resolved; null when there is none at that place, or an empty one. */
    @Nullable
    String segment(int at) {
        return at < 0 || at >= segments.size() || segments.get(at).isEmpty() ? null : decoded(segments.get(at), false);
    }

    /** Whether the path is this segment, and nothing else. */
    boolean isOnly(String segment) {
        return segments.size() == 1 && segments.get(0).equals(segment);
    }

    /** Whether the path is one segment, whatever it says. */
    boolean isSingle() {
        return segments.size() == 1;
    }

    /** The value of a parameter, the last of several; empty when it has none; null when it is not there. */
    @Nullable
    String parameter(String name) {
        if (query.isEmpty()) {
            return null;
        }
        String found = null;
        for (int from = 0; from <= query.length(); ) {
            int end = end(from);
            int equals = query.indexOf('=', from);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            if (nameEnd - from == name.length() && query.startsWith(name, from)) {
                found = nameEnd == end ? "" : decoded(query.substring(nameEnd + 1, end), true);
            }
            from = end + 1;
        }
        return found;
    }

    /** The parameters that are to stay, with the question mark before them; empty when there are none. */
    String queryOf(Predicate<String> stays) {
        if (query.isEmpty()) {
            return "";
        }
        StringBuilder kept = new StringBuilder();
        for (int from = 0; from <= query.length(); ) {
            int end = end(from);
            int equals = query.indexOf('=', from);
            String name = query.substring(from, equals < 0 || equals > end ? end : equals);
            if (!name.isEmpty() && stays.test(name)) {
                kept.append(kept.isEmpty() ? '?' : '&');
                plain(query.substring(from, end), FORBIDDEN, kept);
            }
            from = end + 1;
        }
        return kept.toString();
    }

    /** A whole request target as it was captured, as our client can send it. */
    static String sendable(String raw) {
        int query = raw.indexOf('?');
        StringBuilder target = new StringBuilder(raw.length());
        plain(query < 0 ? raw : raw.substring(0, query), FORBIDDEN_IN_PATH, target);
        if (query >= 0) {
            plain(raw.substring(query), FORBIDDEN, target);
        }
        return target.toString();
    }

    /** Servers take characters that a URL may not have, and our client does not. */
    private static void plain(String text, String forbidden, StringBuilder into) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' ? isPair(text, i) : forbidden.indexOf(c) < 0 && c > ' ' && c < 0x7f) {
                into.append(c);
            } else {
                escaped((byte) c, into); // a request line has one byte for each
            }
        }
    }

    private static boolean isPair(String text, int percent) {
        return percent + 2 < text.length()
                && Character.digit(text.charAt(percent + 1), HEX) >= 0
                && Character.digit(text.charAt(percent + 2), HEX) >= 0;
    }

    private static void escaped(byte b, StringBuilder into) {
        into.append('%')
                .append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, HEX)))
                .append(Character.toUpperCase(Character.forDigit(b & 15, HEX)));
    }

    private int end(int from) {
        int end = query.indexOf('&', from);
        return end < 0 ? query.length() : end;
    }

    /** A name as a segment of a path. */
    static String encoded(String name) {
        StringBuilder text = new StringBuilder(name.length() + HEX);
        for (byte b : name.getBytes(UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-_.~*,".indexOf(c) >= 0) {
                text.append(c);
            } else {
                escaped(b, text);
            }
        }
        return text.toString();
    }

    /** What is no pair of digits behind a percent sign stays as it is. */
    private static String decoded(String text, boolean plusIsSpace) {
        boolean isLatin = true;
        for (int i = 0; i < text.length() && isLatin; i++) {
            char c = text.charAt(i);
            isLatin = c != '%' && c < 0x80 && !(plusIsSpace && c == '+');
        }
        if (isLatin) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), HEX) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), HEX);
            if (low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        return bytes.toString(UTF_8);
    }
}
