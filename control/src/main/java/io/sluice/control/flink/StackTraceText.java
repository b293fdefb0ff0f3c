package io.sluice.control.flink;

import java.util.List;
import java.util.function.Predicate;

/** Flink tells failures as printed stack traces. */
final class StackTraceText {

    private static final String CAUSED_BY = "Caused by: ";

    private StackTraceText() {}

    /** The innermost failure of a printed stack trace, on one line, without the package of its class. */
    static String rootCause(String trace) {
        List<String> lines = trace.lines()
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .filter(line -> !line.startsWith("at ") && !line.matches("\\.\\.\\. \\d+ more"))
                .filter(line -> !line.matches("<Exception on server side:|End of exception on server side>"))
                .toList();
        if (lines.isEmpty()) {
            return "no reason given";
        }
        String cause = lines.stream()
                .filter(line -> line.startsWith(CAUSED_BY))
                .reduce((first, second) -> second)
                .map(line -> line.substring(CAUSED_BY.length()))
                .orElse(lines.get(lines.size() - 1));
        return cause.replaceFirst("^(?:[a-z_0-9]+\\.)+([A-Z]\\w*)", "$1");
    }
}
