package io.sluice.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as a whole number and a unit: {@code 512b}, {@code 64kb}, {@code 10mb}, {@code 10gb},
 * {@code 2tb}. A unit is 1024 of the one before, as in the settings of the clusters themselves.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,19}) ?(b|kb|mb|gb|tb)", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Integer> SHIFTS = Map.of("b", 0, "kb", 10, "mb", 20, "gb", 30, "tb", 40);
    private static final String[] UNITS = {"b", "kb", "mb", "gb", "tb"};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("A size must not be negative: " + bytes);
        }
    }

    /**
     * Reads the form above, in upper or lower case.
     *
     * @throws IllegalArgumentException when the text is none, or more than 2^63-1 bytes
     */
    public static ByteSize parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("Not a size: " + text);
        }
        int shift = SHIFTS.getOrDefault(form.group(2).toLowerCase(Locale.ROOT), 0);
        return new ByteSize(Math.multiplyExact(Long.parseLong(form.group(1)), 1L << shift));
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The shortest exact form: {@code 10mb}, {@code 1536kb}, {@code 7b}. */
    @Override
    public String toString() {
        int unit = 0;
        long value = bytes;
        while (value != 0 && value % 1024 == 0 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return value + UNITS[unit];
    }
}
