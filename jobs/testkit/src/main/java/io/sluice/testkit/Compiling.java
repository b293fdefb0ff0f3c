package io.sluice.testkit;

import java.util.List;

/**
 * How the processes that tests start compile themselves: with the first compiler only, as most live for seconds, which the second
 * one would fill with work that never pays. {@code -Dsluice.testkit.measured=true} leaves everything as it is in production.
 */
final class Compiling {

    private static final boolean MEASURED = Boolean.getBoolean("sluice.testkit.measured");

    private Compiling() {}

    /** Options of the JVM. */
    static List<String> options() {
        return MEASURED ? List.of() : List.of("-XX:TieredStopAtLevel=1");
    }
}
