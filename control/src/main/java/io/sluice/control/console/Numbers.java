package io.sluice.control.console;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them; the same in every locale. */
public final class Numbers {

    private static final String[] UNITS = {"b", "kb", "mb", "gb", "tb"};

    private Numbers() {}

    /** {@code 20,000}; {@code 1,234.5}. */
    public static String grouped(Number number) {
        boolean whole = number instanceof Long || number instanceof Integer;
        return whole
                ? String.format(Locale.ROOT, "%,d", number.longValue())
                : String.format(Locale.ROOT, "%,.1f", number.doubleValue());
    }

    /** {@code 512b}, {@code 1.5mb}: one decimal, units of 1024. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + "b" : String.format(Locale.ROOT, "%.1f%s", value, UNITS[unit]);
    }

    /** {@code 45s}, {@code 3m 20s}, {@code 2h 5m}. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m " + seconds % 60 + "s";
        }
        return seconds / 3600 + "h " + seconds % 3600 / 60 + "m";
    }
}
