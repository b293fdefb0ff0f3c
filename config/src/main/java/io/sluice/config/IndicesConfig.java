package io.sluice.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which indices, and what they are called on the target, as the user writes it.
 *
 * @param include patterns; {@code *} stands for any characters, none included
 * @param exclude patterns; they win over {@code include}
 * @param rename the first that matches counts
 */
public record IndicesConfig(List<String> include, List<String> exclude, List<Rename> rename) {

    private static final ValueType<String> PATTERN =
            ValueType.text("the name of an index, or a pattern with *", "pattern", "[^\\s,/\\\\?\"<>|#A-Z]{1,255}");

    public IndicesConfig {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        rename = List.copyOf(rename);
    }

    /**
     * Another name on the target: {@code {from: "logs-*", to: "old-logs-*"}}.
     *
     * @param from a name, or a pattern with one {@code *}
     * @param to a name; its {@code *} becomes what the one of {@code from} matched
     */
    public record Rename(String from, String to) {

        static Rename read(Fields in) {
            Rename rename = new Rename(in.required("from", PATTERN), in.required("to", PATTERN));
            if (stars(rename.from) > 1) {
                in.problem("from", "may hold one * only.");
            } else if (stars(rename.from) != stars(rename.to)) {
                in.problem("to", "must hold as many * as from: several indices would become one.");
            }
            return rename;
        }

        private static long stars(String pattern) {
            return pattern.chars().filter(c -> c == '*').count();
        }
    }

    /** Whether a name fits a pattern, in which {@code *} stands for any characters. */
    public static boolean matches(String pattern, String name) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        String rest = pattern.substring(star + 1);
        if (!name.startsWith(pattern.substring(0, star))) {
            return false;
        }
        for (int from = star; from <= name.length(); from++) {
            if (matches(rest, name.substring(from))) {
                return true;
            }
        }
        return false;
    }

    static IndicesConfig read(Fields in) {
        IndicesConfig indices = new IndicesConfig(
                in.list("include", PATTERN, List.of("*")),
                in.list("exclude", PATTERN, List.of()),
                in.sections("rename", Rename::read));
        if (indices.include.isEmpty()) {
            in.problem("include", "names nothing, so nothing would be carried. Leave it out for every index.");
        }
        List<String> useless = indices.include.stream()
                .filter(pattern -> indices.exclude.contains(pattern) || indices.exclude.contains("*"))
                .toList();
        if (!useless.isEmpty()) {
            in.problem(
                    "exclude", "takes out all of " + String.join(", ", useless) + ", which include names. Keep one.");
        }
        refuseTwice(indices.rename.stream().map(Rename::from).toList(), "from", in);
        refuseTwice(indices.rename.stream().map(Rename::to).toList(), "to", in);
        return indices;
    }

    private static void refuseTwice(List<String> names, String key, Fields in) {
        Set<String> seen = new HashSet<>();
        names.stream()
                .filter(name -> !name.isEmpty() && !seen.add(name))
                .distinct()
                .forEach(twice -> in.problem(
                        "rename",
                        "two entries have " + key + ": " + twice + ". Each index needs one name of its own."));
    }
}
