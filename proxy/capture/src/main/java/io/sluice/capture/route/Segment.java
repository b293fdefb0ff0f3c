package io.sluice.capture.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of all paths. Built by one thread, then sealed and only read.
 *
 * <p>Spelled-out children lie in a hash table that is asked with a part of the target, so that nothing is cut out of it.
 */
final class Segment {

    private static final Segment[] NONE = {};

    private final String text;
    private final List<Segment> building = new ArrayList<>();

    /** At most half full, a power of two long; empty without children. */
    private @Nullable Segment[] spelled = NONE;

    private @Nullable Segment any;
    private @Nullable Segment named;
    private @Nullable Segment rest;
    private final Map<Verb, Route> routes = new EnumMap<>(Verb.class);

    Segment(String text) {
        this.text = text;
    }

    /** The child for a segment of a path of the table, made if there is none. */
    Segment child(String segment) {
        if (segment.equals("**")) {
            rest = rest == null ? new Segment(segment) : rest;
            return rest;
        }
        if (segment.equals("{index}") || segment.equals("{type}")) {
            named = named == null ? new Segment(segment) : named;
            return named;
        }
        if (segment.startsWith("{")) {
            any = any == null ? new Segment(segment) : any;
            return any;
        }
        for (Segment child : building) {
            if (child.text.equals(segment)) {
                return child;
            }
        }
        Segment made = new Segment(segment);
        building.add(made);
        return made;
    }

    /** Takes a route that ends here; the first one of a method stays. */
    void put(Verb verb, Route route) {
        routes.putIfAbsent(verb, route);
    }

    /** Ends the building of this and everything below. */
    void seal() {
        if (!building.isEmpty()) {
            int size = Integer.highestOneBit(building.size()) * 4;
            spelled = new Segment[size];
            building.forEach(this::place);
        }
        everyChild().forEach(Segment::seal);
    }

    private void place(Segment child) {
        int at = child.text.hashCode() & (spelled.length - 1);
        while (spelled[at] != null) {
            at = (at + 1) & (spelled.length - 1);
        }
        spelled[at] = child;
    }

    private Collection<Segment> everyChild() {
        List<Segment> all = new ArrayList<>(building);
        for (Segment child : Arrays.asList(named, any, rest)) {
            if (child != null) {
                all.add(child);
            }
        }
        return all;
    }

    @Nullable
    Route route(Verb verb) {
        return routes.get(verb);
    }

    /** The child that is spelled like this part of the target. */
    @Nullable
    Segment spelled(String target, int from, int to) {
        if (spelled.length == 0 || from == to) {
            return null;
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + target.charAt(i);
        }
        int at = hash & (spelled.length - 1);
        for (Segment child = spelled[at]; child != null; child = spelled[at]) {
            if (child.text.length() == to - from && target.startsWith(child.text, from)) {
                return child;
            }
            at = (at + 1) & (spelled.length - 1);
        }
        return null;
    }

    /** The child for the name of an index or a type, if this part of the target can be one. */
    @Nullable
    Segment named(String target, int from, int to) {
        return named != null && isName(target, from, to) ? named : null;
    }

    @Nullable
    Segment any() {
        return any;
    }

    @Nullable
    Segment rest() {
        return rest;
    }

    private static boolean isName(String target, int from, int to) {
        if (from == to || target.charAt(from) != '_') {
            return true;
        }
        return target.startsWith("_all", from)
                || (target.startsWith("_doc", from) && to - from == 4)
                || (target.startsWith("_default_", from) && to - from == 9);
    }
}
