package io.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The jars of a process that is not ours, as the build that made this testkit resolved them. */
enum ProcessLibrary {
    FLINK("/io/sluice/testkit/flink-library.txt"),
    KAFKA("/io/sluice/testkit/broker/kafka-library.txt");

    /** As the build writes it: each line is {@code group:artifact:type[:classifier]:version:scope}. */
    private static final Pattern LINE =
            Pattern.compile("(?m)^\\s+([^\\s:]+):([^\\s:]+):([^\\s:]+)(?::([^\\s:]+))?:([^\\s:]+):[a-z]+\\b");

    private final String list;

    ProcessLibrary(String list) {
        this.list = list;
    }

    List<Coordinates> coordinates() throws IOException {
        try (InputStream in = ProcessLibrary.class.getResourceAsStream(list)) {
            if (in == null) {
                throw new IOException("The testkit's class path lacks " + list.substring(1)
                        + ", which its build writes. Build it with Maven.");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static List<Coordinates> parse(String list) {
        return LINE.matcher(list).results().map(ProcessLibrary::coordinates).toList();
    }

    private static Coordinates coordinates(MatchResult line) {
        String classifier = line.group(4) == null ? "" : line.group(4);
        return new Coordinates(line.group(1), line.group(2), line.group(5), line.group(3), classifier);
    }
}
