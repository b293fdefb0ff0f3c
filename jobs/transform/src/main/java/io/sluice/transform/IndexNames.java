package io.sluice.transform;

import java.io.Serializable;
import java.util.List;

/**
 * Which indices of the source are carried, and what they are called on the target.
 *
 * @param include patterns; {@code *} stands for any characters, none included
 * @param exclude patterns; they win over {@code include}
 * @param rename the first that matches counts
 * @param streams whose indices are chosen and renamed by the stream's name, all together
 */
public record IndexNames(List<String> include, List<String> exclude, List<Rename> rename, DataStreams streams)
        implements Serializable {

    /** Every index under its own name. */
    public static final IndexNames ALL = new IndexNames(List.of("*"), List.of(), List.of());

    public IndexNames {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        rename = List.copyOf(rename);
    }

    /** Of a source that has no data streams, or of which none is known. */
    public IndexNames(List<String> include, List<String> exclude, List<Rename> rename) {
        this(include, exclude, rename, DataStreams.NONE);
    }

    /** The same for these streams. */
    public IndexNames with(DataStreams others) {
        return new IndexNames(include, exclude, rename, others);
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
        String stream = streams.of(index);
        String chosenBy = stream == null ? index : stream;
        return matches(include, chosenBy) && !matches(exclude, chosenBy);
    }

    /** Whether an index is the server's own, by its name or its data stream's: they begin with a dot. */
    public boolean isOfServer(String index) {
        String stream = streams.of(index);
        return (stream == null ? index : stream).startsWith(".");
    }

    /** What an index of the source, or a name that stands for some, is called on the target. */
    public String targetName(String index) {
        String stream = streams.of(index);
        return stream == null ? renamed(index) : DataStreams.renamed(index, stream, renamed(stream));
    }

    private String renamed(String index) {
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
        int star = -1;
        int behindStar = 0; // of the name: up to there the last star stands for it
        int at = 0;
        int in = 0;
        while (at < name.length()) {
            boolean isInside = in < pattern.length();
            if (isInside && pattern.charAt(in) == '*') {
                star = in++;
                behindStar = at;
            } else if (isInside && pattern.charAt(in) == name.charAt(at)) {
                in++;
                at++;
            } else if (star >= 0) { // one more character for the last star; others need never give way
                in = star + 1;
                at = ++behindStar;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
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
