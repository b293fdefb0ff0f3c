package io.sluice.proxy.forward;

import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which exchanges pass without being captured. A rule is one of
 *
 * <ul>
 *   <li>{@code METHOD /path}: a method or {@code *}, and a path in which {@code *} stands for anything
 *   <li>{@code header Name} or {@code header Name: value}
 *   <li>{@code class read} or {@code class write}
 * </ul>
 */
public final class Suppression {

    private final List<Rule> rules;

    private Suppression(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * Reads rules.
     *
     * @throws IllegalArgumentException when one of them is of none of the forms above
     */
    public static Suppression of(List<String> rules) {
        List<Rule> read = new ArrayList<>();
        for (String rule : rules) {
            read.add(rule(rule));
        }
        return new Suppression(read);
    }

    boolean covers(HttpRequest request, boolean write) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).covers(request, write)) {
                return true;
            }
        }
        return false;
    }

    private static Rule rule(String text) {
        if (text.equals("class read") || text.equals("class write")) {
            boolean writes = text.endsWith("write");
            return (request, write) -> write == writes;
        }
        if (text.startsWith("header ")) {
            return header(text.substring("header ".length()).strip());
        }
        int space = text.indexOf(' ');
        if (space < 1 || !text.startsWith("/", space + 1)) {
            throw new IllegalArgumentException("Not a rule: " + text);
        }
        String method = text.substring(0, space);
        Pattern path = path(text.substring(space + 1));
        return (request, write) ->
                (method.equals("*") || method.equals(request.method().name()))
                        && path.matcher(pathOf(request.uri())).matches();
    }

    private static Rule header(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return (request, write) -> request.headers().contains(text);
        }
        String name = text.substring(0, colon).strip();
        String value = text.substring(colon + 1).strip();
        return (request, write) -> matches(request.headers().get(name), value);
    }

    private static boolean matches(@Nullable String found, String value) {
        return found != null && found.equalsIgnoreCase(value);
    }

    private static Pattern path(String text) {
        StringBuilder pattern = new StringBuilder();
        for (String literal : text.split("\\*", -1)) {
            pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        return Pattern.compile(pattern.toString());
    }

    private static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private interface Rule {
        boolean covers(HttpRequest request, boolean write);
    }
}
