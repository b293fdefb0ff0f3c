package io.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The jars of Flink's own processes, as the build that made this testkit resolved them. */
final class FlinkLibrary {

    /** Written by the build; each line is {@code group:artifact:type[:classifier]:version:scope}. */
    private static final String LIST = "flink-library.txt";

    private static final Pattern LINE =
            Pattern.compile("(?m)^\\s+([^\\s:]+):([^\\s:]+):([^\\s:]+)(?::([^\\s:]+))?:([^\\s:]+):[a-z]+\\b");

    private FlinkLibrary() {}

    static List<Coordinates> coordinates() throws IOException {
        try (InputStream in = FlinkLibrary.class.getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IOException("The testkit's class path lacks io/sluice/testkit/" + LIST
                        + ", which its build writes. Build it with Maven.");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static List<Coordinates> parse(String list) {
        return LINE.matcher(list).results().map(FlinkLibrary::coordinates).toList();
    }

    private static Coordinates coordinates(MatchResult line) {
        String classifier = line.group(4) == null ? "" : line.group(4);
        return new Coordinates(line.group(1), line.group(2), line.group(5), line.group(3), classifier);
    }
}
