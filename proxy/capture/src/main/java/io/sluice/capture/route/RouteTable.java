package io.sluice.capture.route;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All routes as a tree, matched as the servers do: by the raw segments of the path, where a segment that is spelled out
 * goes before one that varies, trailing slashes do not count, and nothing is decoded.
 */
final class RouteTable {

    private static final Map<Types, RouteTable> ROUTES = new EnumMap<>(Types.class);

    static {
        for (Types types : Types.values()) {
            ROUTES.put(types, load("routes.txt", types));
        }
    }

    private final Segment root = new Segment("");

    private final Map<Verb, Route> unknown = new EnumMap<>(Verb.class);

    private RouteTable() {
        for (Verb verb : Verb.values()) {
            unknown.put(verb, new Route(verb.name(), Route.UNKNOWN, verb.classOfUnknown(), Answer.NONE));
        }
    }

    /** The table for sources that know these types. */
    static RouteTable of(Types types) {
        return requireNonNull(ROUTES.get(types));
    }

    /** Reads a table in the form that {@code routes.txt} describes, without the rows for sources that know more types. */
    static RouteTable read(Reader rows, Types types) throws IOException {
        RouteTable table = new RouteTable();
        BufferedReader lines = new BufferedReader(rows);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                table.add(line.trim().split("\\s+", -1), types);
            }
        }
        table.root.seal();
        return table;
    }

    private static RouteTable load(String resource, Types types) {
        try (InputStream in = RouteTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The resource " + resource + " is missing from the jar of the capture.");
            }
            return read(new InputStreamReader(in, StandardCharsets.UTF_8), types);
        } catch (IOException failed) {
            throw new UncheckedIOException("Cannot read the resource " + resource, failed);
        }
    }

    private void add(String[] row, Types types) {
        String[] classAndTypes = row[0].toUpperCase(Locale.ROOT).split(":", -1);
        if (classAndTypes.length > 1 && Types.valueOf(classAndTypes[1]).compareTo(types) > 0) {
            return;
        }
        RouteClass routeClass = RouteClass.valueOf(classAndTypes[0]);
        Answer answer = row.length > 3 ? Answer.valueOf(row[3].toUpperCase(Locale.ROOT)) : Answer.NONE;
        for (String path : PathPatterns.expand(row[2])) {
            Segment end = root;
            for (String segment : path.substring(1).split("/", -1)) {
                end = segment.isEmpty() ? end : end.child(segment);
            }
            for (String method : row[1].split(",", -1)) {
                end.put(Verb.valueOf(method), new Route(method, path, routeClass, answer));
                if (method.equals("GET")) {
                    end.put(Verb.HEAD, new Route("HEAD", path, routeClass, answer));
                }
            }
        }
    }

    Route find(Verb verb, String target) {
        int from = pathStart(target);
        int to = target.indexOf('?', from);
        to = to < 0 ? target.length() : to;
        while (to > from && target.charAt(to - 1) == '/') {
            to--;
        }
        Route route = find(root, verb, target, from, to);
        Route found = route == null ? requireNonNull(unknown.get(verb)) : route;
        int empty = target.indexOf("//", from);
        if (empty < 0 || empty >= to || found.isWrite()) {
            return found;
        }
        // Some versions take an empty segment for a name, others for none: it is a read only if it is one for both.
        Route collapsed = find(verb, ("/" + target.substring(from, to)).replaceAll("//+", "/"));
        return collapsed.isWrite() ? collapsed : found;
    }

    /** Where the path's first segment begins: behind its slash, and behind scheme and host where the target has them. */
    private static int pathStart(String target) {
        if (target.startsWith("/")) {
            return 1;
        }
        int scheme = target.indexOf("://");
        if (scheme <= 0 || target.indexOf('/') != scheme + 1) {
            return 0;
        }
        for (int at = scheme + 3; at < target.length(); at++) {
            char c = target.charAt(at);
            if (c == '/') {
                return at + 1;
            }
            if (c == '?') {
                return at;
            }
        }
        return target.length();
    }

    private static @Nullable Route find(Segment node, Verb verb, String target, int from, int to) {
        if (from >= to) {
            return node.route(verb);
        }
        int end = target.indexOf('/', from);
        end = end < 0 || end > to ? to : end;
        Route route = below(node.spelled(target, from, end), verb, target, end + 1, to);
        if (route == null) {
            route = below(node.named(target, from, end), verb, target, end + 1, to);
        }
        if (route == null) {
            route = below(node.any(), verb, target, end + 1, to);
        }
        Segment rest = node.rest();
        return route == null && rest != null ? rest.route(verb) : route;
    }

    private static @Nullable Route below(@Nullable Segment child, Verb verb, String target, int from, int to) {
        return child == null ? null : find(child, verb, target, from, to);
    }
}
