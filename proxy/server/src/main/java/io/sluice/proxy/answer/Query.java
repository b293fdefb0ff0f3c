package io.sluice.proxy.answer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The query of a request target, taken apart as the servers do: pairs end at {@code &} or {@code ;}, names and values are
 * percent-encoded, {@code +} is a space, and of several values of one name the last one counts.
 */
final class Query {

    private final String pathAndMark;
    private final List<Pair> pairs;

    /**
     * A piece of the query.
     *
     * @param raw as it stands there
     * @param separator what stands before it: nothing before the first
     */
    private record Pair(String separator, String raw, String name, String value) {}

    private Query(String pathAndMark, List<Pair> pairs) {
        this.pathAndMark = pathAndMark;
        this.pairs = pairs;
    }

    /**
     * Takes a target apart.
     *
     * @return nothing if servers disagree about it or refuse it: a fragment, or a broken percent-encoding
     */
    static Optional<Query> of(String rawTarget) {
        int mark = rawTarget.indexOf('?');
        if (mark < 0) {
            return Optional.of(new Query(rawTarget, List.of()));
        }
        if (rawTarget.indexOf('#') >= 0) {
            return Optional.empty();
        }
        List<Pair> pairs = new ArrayList<>();
        int from = mark + 1;
        while (from <= rawTarget.length()) {
            int to = end(rawTarget, from);
            Optional<Pair> pair =
                    pair(from == mark + 1 ? "" : rawTarget.substring(from - 1, from), rawTarget, from, to);
            if (pair.isEmpty()) {
                return Optional.empty();
            }
            pairs.add(pair.get());
            from = to + 1;
        }
        return Optional.of(new Query(rawTarget.substring(0, mark + 1), pairs));
    }

    private static int end(String target, int from) {
        for (int at = from; at < target.length(); at++) {
            char c = target.charAt(at);
            if (c == '&' || c == ';') {
                return at;
            }
        }
        return target.length();
    }

    private static Optional<Pair> pair(String separator, String target, int from, int to) {
        String raw = target.substring(from, to);
        int equals = raw.indexOf('=');
        Optional<String> name = decoded(equals < 0 ? raw : raw.substring(0, equals));
        Optional<String> value = decoded(equals < 0 ? "" : raw.substring(equals + 1));
        return name.flatMap(n -> value.map(v -> new Pair(separator, raw, n, v)));
    }

    private static Optional<String> decoded(String raw) {
        if (raw.indexOf('%') < 0 && raw.indexOf('+') < 0) {
            return Optional.of(raw);
        }
        byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] != '%') {
                bytes[length++] = bytes[at] == '+' ? (byte) ' ' : bytes[at];
                continue;
            }
            int high = at + 2 < bytes.length ? Character.digit(bytes[at + 1], 16) : -1;
            int low = at + 2 < bytes.length ? Character.digit(bytes[at + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes[length++] = (byte) (high << 4 | low);
            at += 2;
        }
        return Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }

    /** The value that counts; empty text for a name that stands alone. */
    Optional<String> value(String name) {
        return pairs.stream()
                .filter(pair -> pair.name().equals(name))
                .map(Pair::value)
                .reduce((earlier, later) -> later);
    }

    /** Whether there is such a name. */
    boolean has(String name) {
        return pairs.stream().anyMatch(pair -> pair.name().equals(name));
    }

    /** The target without any value of this name, all else as it stands there. */
    String targetWithout(String name) {
        StringBuilder target = new StringBuilder(pathAndMark);
        boolean first = true;
        for (Pair pair : pairs) {
            if (!pair.name().equals(name)) {
                target.append(first ? "" : pair.separator()).append(pair.raw());
                first = false;
            }
        }
        return first && !pairs.isEmpty() ? target.substring(0, target.length() - 1) : target.toString();
    }
}
