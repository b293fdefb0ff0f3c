package io.sluice.transform;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a date so that a field of a {@code format} takes it. The first format that is known here is used, as the servers
 * do; a text of several is divided by {@code ||}.
 *
 * @see <a href="https://www.elastic.co/guide/en/elasticsearch/reference/current/mapping-date-format.html">formats</a>
 */
final class DateForm {

    static final String DEFAULT = "strict_date_optional_time||epoch_millis";

    private static final DateTimeFormatter MILLIS = zoned("uuuu-MM-dd'T'HH:mm:ss.SSSXXX");

    private static final DateTimeFormatter NANOS = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 3, 9, true)
            .appendOffsetId()
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Those whose text is not that of {@link #MILLIS}; with and without {@code strict_} before. */
    private static final Map<String, DateTimeFormatter> NAMED = Map.ofEntries(
            Map.entry("date_optional_time", MILLIS),
            Map.entry("dateOptionalTime", MILLIS),
            Map.entry("date_time", MILLIS),
            Map.entry("date_optional_time_nanos", NANOS),
            Map.entry("date_time_no_millis", zoned("uuuu-MM-dd'T'HH:mm:ssXXX")),
            Map.entry("date_hour_minute_second", zoned("uuuu-MM-dd'T'HH:mm:ss")),
            Map.entry("date_hour_minute_second_millis", zoned("uuuu-MM-dd'T'HH:mm:ss.SSS")),
            Map.entry("date", zoned("uuuu-MM-dd")),
            Map.entry("year_month_day", zoned("uuuu-MM-dd")),
            Map.entry("year_month", zoned("uuuu-MM")),
            Map.entry("year", zoned("uuuu")),
            Map.entry("basic_date", zoned("uuuuMMdd")),
            Map.entry("basic_date_time", zoned("uuuuMMdd'T'HHmmss.SSSXX")),
            Map.entry("basic_date_time_no_millis", zoned("uuuuMMdd'T'HHmmssXX")));

    private final @Nullable DateTimeFormatter formatter;
    private final boolean isSeconds;

    private DateForm(@Nullable DateTimeFormatter formatter, boolean isSeconds) {
        this.formatter = formatter;
        this.isSeconds = isSeconds;
    }

    private static DateTimeFormatter zoned(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /** Null when none of the formats is known here. */
    static @Nullable DateForm of(String formats, boolean isNanos) {
        for (String format : formats.split("\\|\\|", -1)) {
            DateForm form = one(format.strip(), isNanos);
            if (form != null) {
                return form;
            }
        }
        return null;
    }

    private static @Nullable DateForm one(String format, boolean isNanos) {
        String name = format.startsWith("strict_") ? format.substring("strict_".length()) : format;
        if (name.equals("epoch_millis") || name.equals("epoch_second")) {
            return new DateForm(null, name.equals("epoch_second"));
        }
        DateTimeFormatter named = NAMED.get(name);
        if (named != null) {
            return new DateForm(isNanos && named == MILLIS ? NANOS : named, false);
        }
        return pattern(format);
    }

    /** Elasticsearch before 7 took Joda's letters, of which {@code y} and {@code Z} are others; both say the same of these dates. */
    private static @Nullable DateForm pattern(String format) {
        String letters = format.startsWith("8") ? format.substring(1) : format;
        if (!letters.contains("yy") && !letters.contains("uu")) {
            return null;
        }
        try {
            DateTimeFormatter formatter = zoned(letters.replace('y', 'u'));
            return formatter.format(Instant.EPOCH).isEmpty() ? null : new DateForm(formatter, false);
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    /** A text, or a number where the format is one. */
    Object write(Instant date) {
        if (formatter != null) {
            return formatter.format(date);
        }
        return isSeconds ? (Object) date.getEpochSecond() : date.toEpochMilli();
    }
}
