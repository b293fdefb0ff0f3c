package io.sluice.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A {@code migration.yaml} on disk. */
public final class ConfigurationFile {

    private static final long MAX_BYTES = 4L * 1024 * 1024;

    private ConfigurationFile() {}

    /**
     * Reads and checks a whole file. Relative paths in it are seen from its own folder.
     *
     * @param environment what {@code ${env:NAME}} is looked up in
     * @throws ConfigurationException with everything that is wrong, the file's absence included
     */
    public static MigrationConfig read(Path file, Map<String, String> environment) throws ConfigurationException {
        return parse(file.toString(), content(file), folder(file), environment);
    }

    static MigrationConfig parse(String name, String text, Path folder, Map<String, String> environment)
            throws ConfigurationException {
        Reading reading = Reading.of(folder, environment);
        YamlNode.Mapping root = YamlReader.read(text, reading.problems());
        if (root.entries().isEmpty() && !reading.problems().isEmpty()) {
            throw new ConfigurationException(name, reading.problems());
        }
        Fields fields = new Fields(reading, "", root);
        MigrationConfig config = MigrationConfig.read(fields);
        fields.refuseUnknown();
        if (!reading.problems().isEmpty()) {
            List<Problem> ordered = new ArrayList<>(reading.problems());
            ordered.sort(Comparator.comparingInt(Problem::line));
            throw new ConfigurationException(name, ordered);
        }
        return config;
    }

    private static Path folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static String content(Path file) throws ConfigurationException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw unreadable(file, "It is larger than " + MAX_BYTES + " bytes, so it is no configuration.");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException absent) {
            throw unreadable(file, "There is no such file. Name one with -c, or copy one of config/samples.");
        } catch (CharacterCodingException notText) {
            throw unreadable(file, "It is not UTF-8 text.");
        } catch (IOException failure) {
            throw unreadable(file, "Cannot read it: " + failure.getClass().getSimpleName() + ".");
        }
    }

    private static ConfigurationException unreadable(Path file, String reason) {
        return new ConfigurationException(file.toString(), List.of(new Problem("", 0, reason)));
    }
}
