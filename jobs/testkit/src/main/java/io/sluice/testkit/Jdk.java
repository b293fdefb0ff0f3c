package io.sluice.testkit;

import java.nio.file.Path;

/**
 * An installed Java.
 *
 * @param home the folder that holds {@code bin/java}
 * @param feature its feature version, such as 17
 */
public record Jdk(Path home, int feature) {

    /** The executable that runs programs. */
    public Path java() {
        return home.resolve("bin/java");
    }
}
