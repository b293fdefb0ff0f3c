package io.sluice.transform;

import java.io.Serializable;
import java.util.List;

/**
 * Which indices of the source are carried, and what they are called on the target.
 *
 * @param include patterns; {@code *} stands for any characters, none included
 * @param exclude patterns; they win over {@code include}
 * @param rename the first that matches counts
 */
public record IndexNames(List<String> include, List<String> exclude, List<Rename> rename) implements Serializable {

    /** Every index under its own name. */
    public static final IndexNames ALL = new IndexNames(List.of("*"), List.of(), List.of());

    public IndexNames {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        rename = List.copyOf(rename);
    }

    /**
     * Another name on the target.
     *
     * @param from a name, or a pattern with one {@code *}
     * @param to a name; its {@code *} becomes what the one of {@code from} matched
     */
    public record Rename(String from, String to) implements Serializable {

        private String apply(String index) {
            int star = from.indexOf('*');
            if (star < 0) {
                return to;
            }
            int after = from.length() - star - 1;
            return to.replace("*", index.substring(star, index.length() - after));
        }
    }

    /** Whether an index of the source is carried. */
    public boolean selects(String index) {
        return matches(include, index) && !matches(exclude, index);
    }

    /** What an index of the source is called on the target. */
    public String targetName(String index) {
        for (Rename candidate : rename) {
            if (matches(candidate.from(), index)) {
                return candidate.apply(index);
            }
        }
        return index;
    }

    /** Whether every index is carried under its own name. */
    public boolean keepsAll() {
        return rename.isEmpty() && exclude.isEmpty() && include.contains("*");
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

    private static boolean matches(List<String> patterns, String index) {
        for (String pattern : patterns) {
            if (matches(pattern, index)) {
                return true;
            }
        }
        return false;
    }
}
