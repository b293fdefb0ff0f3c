package io.sluice.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads configurations that tests write in place. */
final class Configurations {

    static final Path FOLDER = Path.of("/migrations");

    private Configurations() {}

    static MigrationConfig read(String yaml) throws ConfigurationException {
        return read(yaml, Map.of());
    }

    static MigrationConfig read(String yaml, Map<String, String> environment) throws ConfigurationException {
        return ConfigurationFile.parse("m.yaml", yaml, FOLDER, environment);
    }

    static ConfigurationException refused(String yaml) {
        return refused(yaml, Map.of());
    }

    static ConfigurationException refused(String yaml, Map<String, String> environment) {
        return catchThrowableOfType(ConfigurationException.class, () -> read(yaml, environment));
    }

    static List<String> lines(String yaml) {
        return refused(yaml).getMessage().lines().toList();
    }
}
