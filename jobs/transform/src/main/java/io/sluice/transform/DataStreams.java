package io.sluice.transform;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of which data stream of the source an index is, be it one that is there or one to come.
 *
 * <p>A stream's indices are called {@code .ds-<stream>-<generation>}, and since Elasticsearch 7.11 {@code .ds-<stream>-<date>-<generation>}.
 * A stream's own name may end in a date as well, so a name tells the stream only with who made it.
 *
 * @param byIndex the stream of each index of which a cluster or a snapshot tells
 * @param dated whether there is a date in the names of all others
 */
public record DataStreams(Map<String, String> byIndex, boolean dated) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** None is known, and names have no dates in them. */
    public static final DataStreams NONE = new DataStreams(Map.of(), false);

    /** Indices by age: those that became a part of their stream under other names are older than all that it made. */
    static final Comparator<String> BY_GENERATION = Comparator.<String>comparingLong(
                    index -> index.startsWith(DataStreams.PREFIX) ? generation(index) : -1)
            .thenComparing(Comparator.naturalOrder());

    private static final String PREFIX = ".ds-";

    /** As {@code index.version.created} has it; the numbers of OpenSearch lie above all of Elasticsearch's. */
    private static final int FIRST_DATED = 7_11_00_00;

    private static final int FIRST_OPENSEARCH = 100_000_000;

    private static final int GENERATION_DIGITS = 6;
    private static final int MOST_GENERATION_DIGITS = 18;
    private static final String DATE = "-dddd.dd.dd";

    public DataStreams {
        byIndex = Map.copyOf(byIndex);
    }

    /** Whether who made an index of this {@code index.version.created} writes dates into such names. */
    public static boolean isDated(int created) {
        return created >= FIRST_DATED && created < FIRST_OPENSEARCH;
    }

    /** Whether an index may be of a stream, by its name. */
    public static boolean isNamedSo(String index) {
        return named(index, false) != null;
    }

    /** The stream of an index; null for one that is of none. */
    public @Nullable String of(String index) {
        String told = byIndex.get(index);
        return told == null ? named(index, dated) : told;
    }

    /**
     * The stream of an index by its name alone.
     *
     * @param dated whether a date in front of the generation is not of the stream's name
     * @return null for a name that no stream gives
     */
    public static @Nullable String named(String index, boolean dated) {
        if (!index.startsWith(PREFIX)) {
            return null;
        }
        int end = index.lastIndexOf('-');
        int digits = index.length() - end - 1;
        if (end <= PREFIX.length() || digits < GENERATION_DIGITS || generation(index) < 0) {
            return null;
        }
        int dateAt = end - DATE.length();
        boolean hasDate = dated && dateAt > PREFIX.length() && isDate(index, dateAt);
        return index.substring(PREFIX.length(), hasDate ? dateAt : end);
    }

    private static boolean isDate(String index, int at) {
        for (int i = 0; i < DATE.length(); i++) {
            char wanted = DATE.charAt(i);
            char found = index.charAt(at + i);
            if (wanted == 'd' ? !isDigit(found) : found != wanted) {
                return false;
            }
        }
        return true;
    }

    /** The number at the end; −1 where there is none. */
    private static long generation(String index) {
        int at = index.length();
        while (at > 0 && isDigit(index.charAt(at - 1))) {
            at--;
        }
        boolean isNumber = at > 0
                && index.charAt(at - 1) == '-'
                && at < index.length()
                && index.length() - at <= MOST_GENERATION_DIGITS;
        return isNumber ? Long.parseLong(index.substring(at)) : -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** What an index of a stream is called when that gets another name; one that does not have it in its own keeps that. */
    static String renamed(String index, String stream, String to) {
        String part = PREFIX + stream + "-";
        int at = index.indexOf(part);
        return at < 0 ? index : index.substring(0, at) + PREFIX + to + index.substring(at + part.length() - 1);
    }
}
