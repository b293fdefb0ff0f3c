package io.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a single value may be.
 *
 * @param name in words, after "expected": {@code a size such as 10mb}
 * @param shortName for tables: {@code size}
 * @param words the allowed words, when only words are
 * @param parser throws {@link IllegalArgumentException} or {@link ArithmeticException} for what is none
 * @param placeholder stands in for a bad value until all problems are found; never leaves this package
 */
record ValueType<T>(String name, String shortName, List<String> words, Function<String, T> parser, T placeholder) {

    static final ValueType<Boolean> FLAG =
            new ValueType<>("true or false", "true, false", List.of("true", "false"), ValueType::flag, false);
    static final ValueType<ByteSize> SIZE =
            new ValueType<>("a size such as 10mb", "size", List.of(), ByteSize::parse, new ByteSize(0));
    static final ValueType<Rate> RATE =
            new ValueType<>("a rate: unlimited, 5000 docs/s or 20mb/s", "rate", List.of(), Rate::parse, Rate.UNLIMITED);
    static final ValueType<HostPort> HOST_PORT = new ValueType<>(
            "a host and a port such as 0.0.0.0:9200", "host:port", List.of(), HostPort::parse, new HostPort("", 0));
    static final ValueType<String> TEXT = new ValueType<>("a text", "text", List.of(), ValueType::notBlank, "");
    static final ValueType<Secret> SECRET =
            new ValueType<>("a secret", "secret", List.of(), text -> new Secret(notBlank(text)), new Secret(""));

    /** A text of a form of its own. */
    static ValueType<String> text(String name, String shortName, String regex) {
        return new ValueType<>(name, shortName, List.of(), text -> matching(text, regex), "");
    }

    static ValueType<Integer> integer(int least, int most) {
        return new ValueType<>(
                "a whole number from " + least + " to " + most,
                least + " to " + most,
                List.of(),
                text -> within(Integer.parseInt(text), least, most),
                least);
    }

    static ValueType<Double> decimal(double least, double most) {
        String range = plain(least) + " to " + plain(most);
        return new ValueType<>(
                "a number from " + range, range, List.of(), text -> within(decimal(text), least, most), least);
    }

    static ValueType<ByteSize> size(ByteSize least, ByteSize most) {
        return new ValueType<>(
                "a size from " + least + " to " + most,
                "size, " + least + " to " + most,
                List.of(),
                text -> within(ByteSize.parse(text), least, most),
                least);
    }

    static ValueType<Duration> duration(Duration most) {
        String limit = DurationForm.format(most);
        return new ValueType<>(
                "a duration such as 500ms, at most " + limit,
                "duration, at most " + limit,
                List.of(),
                text -> within(DurationForm.parse(text), Duration.ZERO, most),
                Duration.ZERO);
    }

    /** One of an enum's constants, written in lower case; {@code separator} stands for its underscores. */
    static <E extends Enum<E>> ValueType<E> choice(E[] constants, char separator) {
        List<String> words =
                Stream.of(constants).map(one -> word(one, separator)).toList();
        return new ValueType<>(
                "one of " + String.join(", ", words),
                String.join(", ", words),
                words,
                text -> constants[index(words, text)],
                constants[0]);
    }

    static String word(Enum<?> constant, char separator) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', separator);
    }

    private static int index(List<String> words, String text) {
        int index = words.indexOf(text);
        if (index < 0) {
            throw new IllegalArgumentException("Not one of them: " + text);
        }
        return index;
    }

    private static boolean flag(String text) {
        return List.of(false, true).get(index(List.of("false", "true"), text));
    }

    private static double decimal(String text) {
        if (!text.matches("-?\\d{1,9}(\\.\\d{1,9})?")) {
            throw new IllegalArgumentException("Not a number: " + text);
        }
        return Double.parseDouble(text);
    }

    static String notBlank(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("Nothing");
        }
        return text;
    }

    private static String matching(String text, String regex) {
        if (!text.matches(regex)) {
            throw new IllegalArgumentException("Of another form");
        }
        return text;
    }

    private static <C extends Comparable<C>> C within(C value, C least, C most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("Out of range: " + value);
        }
        return value;
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
