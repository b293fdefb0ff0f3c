package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The samples, the schema and the reference page say what the parser does. */
class ReferenceTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("TARGET_PASSWORD", "x", "SOURCE_PASSWORD", "x", "KAFKA_JAAS", "x");
    private static final Path SAMPLES = Path.of("samples");
    private static final Path PAGE = Path.of("../docs/configuration.md");

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsAccepted(Path sample) throws Exception {
        String text = Files.readString(sample).replace("${file:target.key}", "x");

        MigrationConfig config =
                ConfigurationFile.parse(sample.toString(), text, SAMPLES.toAbsolutePath(), ENVIRONMENT);

        assertThat(config.name()).isNotEmpty();
    }

    @Test
    void thePageHasARowForEveryKeyAndForNothingElse() throws Exception {
        List<String> expected =
                MigrationConfig.keys().stream().map(ReferenceTest::row).toList();

        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `") && !line.startsWith("| `${"))
                .map(line -> line.substring(0, line.lastIndexOf(" | ") + 3))
                .toList();

        assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String row(Key key) {
        boolean quoted = !key.byDefault().isEmpty() && !key.byDefault().equals(Key.REQUIRED);
        String byDefault = quoted ? "`" + key.byDefault() + "`" : key.byDefault();
        return "| `" + key.path() + "` | " + key.type() + " | " + byDefault + " | ";
    }

    @Test
    void theSchemaKnowsTheSameKeys() throws Exception {
        Set<String> keys = MigrationConfig.keys().stream()
                .map(key -> key.path().replaceAll("<[^>]*>", "<>"))
                .collect(Collectors.toSet());

        Map<String, JsonNode> schema = schema();

        assertThat(schema.keySet()).containsAll(keys);
        assertThat(schema.keySet())
                .allSatisfy(path ->
                        assertThat(keys).anySatisfy(key -> assertThat(key).startsWith(path)));
    }

    @Test
    void theSchemaAllowsTheSameWordsAndNamesTheSameDefaults() throws Exception {
        Map<String, JsonNode> schema = schema();

        for (Key key : MigrationConfig.keys()) {
            JsonNode node = Objects.requireNonNull(schema.get(key.path().replaceAll("<[^>]*>", "<>")));
            if (!key.words().isEmpty() && !key.words().contains("true")) {
                assertThat(words(node)).as(key.path()).isEqualTo(Set.copyOf(key.words()));
            }
            if (node.has("default") && !node.get("default").isArray()) {
                assertThat(node.get("default").asText()).as(key.path()).isEqualTo(key.byDefault());
            }
        }
    }

    @Test
    void theSchemaRefusesUnknownKeysEverywhere() throws Exception {
        assertThat(schemaFile().findParents("properties"))
                .isNotEmpty()
                .allSatisfy(node -> assertThat(node.get("additionalProperties").asBoolean(true))
                        .isFalse());
    }

    private static Set<String> words(JsonNode node) {
        Set<String> words = new TreeSet<>();
        node.findValues("enum").forEach(list -> list.forEach(word -> words.add(word.asText())));
        return words;
    }

    private static Map<String, JsonNode> schema() throws IOException {
        Map<String, JsonNode> nodes = new TreeMap<>();
        walk("", schemaFile(), nodes);
        return nodes;
    }

    private static void walk(String path, JsonNode node, Map<String, JsonNode> nodes) {
        String dot = path.isEmpty() ? "" : path + ".";
        node.path("properties").properties().stream()
                .filter(entry -> !entry.getKey().equals("none"))
                .forEach(entry -> {
                    nodes.put(dot + entry.getKey(), entry.getValue());
                    walk(dot + entry.getKey(), entry.getValue(), nodes);
                });
        if (node.path("additionalProperties").isObject()) {
            nodes.put(dot + "<>", node.get("additionalProperties"));
        }
        node.path("anyOf").forEach(alternative -> walk(path, alternative, nodes));
        if (node.path("items").has("properties")) {
            walk(path + "[]", node.get("items"), nodes);
        }
    }

    private static JsonNode schemaFile() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(MigrationConfig.class.getResourceAsStream("migration.schema.json"))) {
            return new ObjectMapper().readTree(file);
        }
    }
}
