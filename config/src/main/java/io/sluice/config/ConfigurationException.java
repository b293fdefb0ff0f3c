package io.sluice.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used. The message has one line for each problem, in the order of the file. */
public final class ConfigurationException extends Exception {

    private final transient List<Problem> problems;

    public ConfigurationException(String file, List<Problem> problems) {
        super(problems.stream().map(problem -> problem.describe(file)).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, not only the first. */
    public List<Problem> problems() {
        return problems;
    }
}
