package io.sluice.capture.route;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes out a path of the table: one without {@code [optional]} and <code>(one|another)</code> parts for each way to
 * choose.
 *
 * <pre>
 *   path   := { text | "[" path "]" | "(" path { "|" path } ")" }
 * </pre>
 */
final class PathPatterns {

    private final String text;
    private int at;

    private PathPatterns(String text) {
        this.text = text;
    }

    /** All paths that the pattern stands for. */
    static List<String> expand(String pattern) {
        PathPatterns patterns = new PathPatterns(pattern);
        List<String> all = patterns.sequence();
        if (patterns.at < pattern.length()) {
            throw new IllegalArgumentException("The path " + pattern + " has '" + pattern.charAt(patterns.at) + "' at "
                    + patterns.at + " without its other half.");
        }
        return all;
    }

    private List<String> sequence() {
        List<String> all = List.of("");
        while (at < text.length() && "]|)".indexOf(text.charAt(at)) < 0) {
            all = product(all, part());
        }
        return all;
    }

    private List<String> part() {
        char first = text.charAt(at);
        if (first == '[') {
            at++;
            List<String> inside = new ArrayList<>(List.of(""));
            inside.addAll(sequence());
            close(']');
            return inside;
        }
        if (first == '(') {
            List<String> either = new ArrayList<>();
            do {
                at++;
                either.addAll(sequence());
            } while (at < text.length() && text.charAt(at) == '|');
            close(')');
            return either;
        }
        int from = at;
        while (at < text.length() && "[]()|".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return List.of(text.substring(from, at));
    }

    private void close(char expected) {
        if (at >= text.length() || text.charAt(at) != expected) {
            throw new IllegalArgumentException("The path " + text + " lacks '" + expected + "' at " + at + ".");
        }
        at++;
    }

    private static List<String> product(List<String> heads, List<String> tails) {
        List<String> all = new ArrayList<>(heads.size() * tails.size());
        for (String head : heads) {
            for (String tail : tails) {
                all.add(head + tail);
            }
        }
        return all;
    }
}
