package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.config.ConfigurationException;
import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A verification that ran to its end.
 *
 * @param report as {@code --json} prints it
 * @param lines of its files, one for each document that is not equal
 */
record VerifyRun(int exitCode, JsonNode report, List<JsonNode> lines) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Verifies.
     *
     * @param folder with the migration.yaml
     * @param options of the command
     */
    static VerifyRun in(Path folder, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("verify", "--json"));
        arguments.addAll(List.of(options));
        CommandRun run = Circle.run(folder, arguments.toArray(String[]::new));
        assertThat(run.out()).as("%s", run.err()).hasSize(1);
        JsonNode report = JSON.readTree(run.out().get(0));
        Path files = state(folder).resolve(report.path("files").asText()).resolve("differences");
        List<JsonNode> lines = new ArrayList<>();
        if (Files.isDirectory(files)) {
            try (Stream<Path> all = Files.list(files)) {
                for (Path file : all.filter(one -> !one.getFileName().toString().startsWith("."))
                        .toList()) {
                    for (String line : Files.readAllLines(file)) {
                        lines.add(JSON.readTree(line));
                    }
                }
            }
        }
        return new VerifyRun(run.exitCode(), report, List.copyOf(lines));
    }

    private static Path state(Path folder) throws IOException {
        try {
            MigrationConfig config = ConfigurationFile.read(folder.resolve("migration.yaml"), Map.of());
            return StateDirectory.of(config.state(), config.name()).root();
        } catch (ConfigurationException e) {
            throw new IOException(e);
        }
    }

    /** What differs, in order: verdict, id, routing, paths, and the reason. */
    List<String> words() {
        List<String> all = new ArrayList<>();
        for (JsonNode line : lines) {
            StringBuilder words = new StringBuilder(
                    line.path("verdict").asText() + " " + line.path("id").asText());
            if (line.has("routing")) {
                words.append(" =").append(line.path("routing").asText());
            }
            line.path("paths").forEach(path -> words.append(' ').append(path.asText()));
            if (line.has("reason")) {
                words.append(" (").append(line.path("reason").asText()).append(')');
            }
            all.add(words.toString());
        }
        all.sort(Comparator.naturalOrder());
        return all;
    }

    /** Fails unless it says that both sides are equal. */
    void requireEqual() {
        assertThat(exitCode).as("%s %s", report, lines).isEqualTo(ExitCode.DONE);
        assertThat(report.path("verdict").asText()).isEqualTo("equal");
        assertThat(lines).isEmpty();
    }
}
