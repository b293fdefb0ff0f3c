package io.sluice.testkit;

import java.nio.file.Path;

/**
 * One file of a Maven repository, by its exact version.
 *
 * @param classifier empty when there is none
 */
public record Coordinates(String group, String artifact, String version, String type, String classifier) {

    /** Reads {@code group:artifact:version[:type[:classifier]]}; the type is a jar when not given. */
    public static Coordinates of(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length < 3 || parts.length > 5) {
            throw new IllegalArgumentException(
                    "Coordinates must be group:artifact:version[:type[:classifier]], not " + text);
        }
        return new Coordinates(
                parts[0], parts[1], parts[2], parts.length > 3 ? parts[3] : "jar", parts.length > 4 ? parts[4] : "");
    }

    String fileName() {
        String suffix = classifier.isEmpty() ? "" : "-" + classifier;
        return artifact + "-" + version + suffix + "." + type;
    }

    Path in(Path repository) {
        return repository
                .resolve(group.replace('.', '/'))
                .resolve(artifact)
                .resolve(version)
                .resolve(fileName());
    }

    @Override
    public String toString() {
        String suffix = classifier.isEmpty() ? "" : ":" + classifier;
        return group + ":" + artifact + ":" + version + ":" + type + suffix;
    }
}
