package io.sluice.control;

import io.sluice.control.console.Terminal;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a process gives to a command, so that a test can give something else.
 *
 * @param in where a person answers questions
 * @param folder the current one: where a relative {@code -c} starts
 * @param bundle the jar with all jobs, for a Flink of its own
 * @param proxyScript what starts a proxy, for the demo
 * @param logTo is told where logs go, before anything logs
 */
record Surroundings(
        PrintWriter out,
        PrintWriter err,
        BufferedReader in,
        Terminal terminal,
        Map<String, String> environment,
        Path folder,
        InstantSource clock,
        Path bundle,
        Path proxyScript,
        Consumer<Path> logTo) {

    Surroundings {
        environment = Map.copyOf(environment);
    }
}
