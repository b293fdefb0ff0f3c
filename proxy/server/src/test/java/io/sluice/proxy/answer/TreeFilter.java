package io.sluice.proxy.answer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says what a filter makes of a document by looking at the whole paths of a tree: slow, and another way than that of the
 * filter that is tried.
 */
final class TreeFilter {

    private static final String SEPARATOR = "\u0000";

    private final List<Pattern> kept;
    private final List<Pattern> dropped;

    TreeFilter(String filterPath) {
        List<String> elements = Stream.of(filterPath.split(","))
                .map(String::trim)
                .filter(e -> !e.isEmpty())
                .toList();
        kept = elements.stream()
                .filter(e -> !e.startsWith("-"))
                .map(TreeFilter::pattern)
                .toList();
        dropped = elements.stream()
                .filter(e -> e.startsWith("-"))
                .map(e -> pattern(e.substring(1)))
                .toList();
    }

    private static Pattern pattern(String path) {
        String regex = Stream.of(path.split("\\.")).map(TreeFilter::segment).collect(Collectors.joining(SEPARATOR));
        return Pattern.compile(regex);
    }

    private static String segment(String segment) {
        if (segment.equals("**")) {
            return "[^\u0000]+(?:\u0000[^\u0000]+)*";
        }
        return Stream.of(segment.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^\u0000]*"));
    }

    /** What is left of the document. */
    Tree.Fields filter(Tree.Fields document) {
        Tree.Fields left = document;
        if (!kept.isEmpty()) {
            left = (Tree.Fields) keep(left, "").orElse(new Tree.Fields(Map.of()));
        }
        if (!dropped.isEmpty()) {
            left = (Tree.Fields) drop(left, "").orElse(new Tree.Fields(Map.of()));
        }
        return left;
    }

    private interface Inner {
        Optional<Tree> of(Tree tree, String path);
    }

    private Optional<Tree> keep(Tree tree, String path) {
        if (kept.stream().anyMatch(pattern -> pattern.matcher(path).matches())) {
            return Optional.of(tree);
        }
        return inside(tree, path, this::keep);
    }

    private Optional<Tree> drop(Tree tree, String path) {
        if (dropped.stream().anyMatch(pattern -> pattern.matcher(path).matches())) {
            return Optional.empty();
        }
        if (tree instanceof Tree.Leaf || !path.isEmpty() && dropped.stream().noneMatch(p -> reachesBelow(p, path))) {
            return Optional.of(tree);
        }
        return inside(tree, path, this::drop);
    }

    private static boolean reachesBelow(Pattern pattern, String path) {
        Matcher matcher = pattern.matcher(path + SEPARATOR);
        return matcher.matches() || matcher.hitEnd();
    }

    /** What is left of the values in it; nothing, if that is nothing. */
    private static Optional<Tree> inside(Tree tree, String path, Inner inner) {
        if (tree instanceof Tree.Fields object) {
            Map<String, Tree> left = new LinkedHashMap<>();
            object.fields()
                    .forEach((name, value) -> inner.of(
                                    value, path.isEmpty() ? plain(name) : path + SEPARATOR + plain(name))
                            .ifPresent(kept -> left.put(name, kept)));
            return left.isEmpty() ? Optional.empty() : Optional.of(new Tree.Fields(left));
        }
        if (tree instanceof Tree.Elements array) {
            List<Tree> left = new ArrayList<>();
            array.elements().forEach(element -> inner.of(element, path).ifPresent(left::add));
            return left.isEmpty() ? Optional.empty() : Optional.of(new Tree.Elements(left));
        }
        return Optional.empty();
    }

    private static String plain(String name) {
        return name.replace("\\uD83D\\uDE00", "\uD83D\uDE00").replace("\\\"", "\"");
    }
}
