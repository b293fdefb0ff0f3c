package io.sluice.proxy.answer;

import com.fasterxml.jackson.core.filter.TokenFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a place in a document makes of the fields in it, under some patterns of field paths. Arrays are no level of their
 * own. Not thread-safe: remembers what it found out, for up to {@value #REMEMBERED} names in each place.
 */
final class PathFilter extends TokenFilter {

    private static final int REMEMBERED = 64;

    private final Set<Rest> open;
    private final boolean including;
    private final Map<String, Verdict> verdicts = new HashMap<>();

    /** What is left to be matched of a pattern, from a segment on. */
    private record Rest(List<String> pattern, int from) {

        String segment() {
            return pattern.get(from);
        }

        Rest next() {
            return new Rest(pattern, from + 1);
        }

        boolean isEmpty() {
            return from == pattern.size();
        }
    }

    private record Verdict(@Nullable TokenFilter filter) {}

    private PathFilter(Set<Rest> open, boolean including) {
        this.open = open;
        this.including = including;
    }

    /** Keeps what any of these patterns matches, and nothing else. */
    static PathFilter including(List<List<String>> patterns) {
        return new PathFilter(wholly(patterns), true);
    }

    /** Drops what any of these patterns matches, and nothing else. */
    static PathFilter excluding(List<List<String>> patterns) {
        return new PathFilter(wholly(patterns), false);
    }

    private static Set<Rest> wholly(List<List<String>> patterns) {
        Set<Rest> all = new LinkedHashSet<>();
        patterns.forEach(pattern -> all.add(new Rest(pattern, 0)));
        return all;
    }

    @Override
    public @Nullable TokenFilter includeProperty(String name) {
        Verdict known = verdicts.get(name);
        if (known != null) {
            return known.filter();
        }
        TokenFilter found = judge(name);
        if (verdicts.size() < REMEMBERED) {
            verdicts.put(name, new Verdict(found));
        }
        return found;
    }

    private @Nullable TokenFilter judge(String name) {
        Set<Rest> inside = new LinkedHashSet<>();
        for (Rest rest : open) {
            if (!matches(rest.segment(), name)) {
                continue;
            }
            if (rest.next().isEmpty()) {
                return including ? INCLUDE_ALL : null;
            }
            inside.add(rest.next());
            if (rest.segment().equals("**")) {
                inside.add(rest);
            }
        }
        if (inside.isEmpty()) {
            return including ? null : INCLUDE_ALL;
        }
        return new PathFilter(inside, including);
    }

    @Override
    protected boolean _includeScalar() {
        return !including;
    }

    /** Whether the value at this path, if it is not an object itself, passes. */
    boolean keeps(List<String> path) {
        TokenFilter here = this;
        for (String name : path) {
            here = here.includeProperty(name);
            if (here == null) {
                return false;
            }
            if (here == INCLUDE_ALL) {
                return true;
            }
        }
        return !including;
    }

    /** Whether a name is one that a segment stands for, in which any star is any characters. */
    static boolean matches(String segment, String name) {
        int star = segment.indexOf('*');
        if (star < 0) {
            return segment.equals(name);
        }
        List<String> pieces = pieces(segment);
        String first = pieces.get(0);
        String last = pieces.get(pieces.size() - 1);
        int end = name.length() - last.length();
        if (!name.startsWith(first) || end < first.length() || !name.endsWith(last)) {
            return false;
        }
        int at = first.length();
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int found = name.indexOf(piece, at);
            if (found < 0 || found + piece.length() > end) {
                return false;
            }
            at = found + piece.length();
        }
        return true;
    }

    private static List<String> pieces(String segment) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int star = segment.indexOf('*'); star >= 0; star = segment.indexOf('*', from)) {
            pieces.add(segment.substring(from, star));
            from = star + 1;
        }
        pieces.add(segment.substring(from));
        return pieces;
    }
}
