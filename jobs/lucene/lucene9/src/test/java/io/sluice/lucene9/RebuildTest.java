package io.sluice.lucene9;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.fixtures.CanonicalJson;
import io.sluice.fixtures.Fixture;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.FieldValues;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import io.sluice.snapshot.UnknownCodecException;
import io.sluice.transform.FieldReader;
import io.sluice.transform.SourceRebuilder;
import io.sluice.transform.SourceShape;
import io.sluice.transform.SourceState;
import io.sluice.transform.UnreadableSourceException;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sources rebuilt from the fields of real indices, against the originals: those that the shard keeps for its replicas'
 * recovery, those that the server itself made, or those that are stored in an index that would not need it.
 */
class RebuildTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A document as it is stored, as it was sent, and as it is made again. */
    private record Rebuilt(String id, ObjectNode rebuilt, byte[] bytes, JsonNode original) {}

    /** Their shards keep what was sent, too. */
    static Stream<String> withOriginals() {
        return Stream.of(
                Fixture.ES_7,
                Fixture.ES_8,
                Fixture.ES_9,
                Fixture.ES_9_FROM_8,
                Fixture.OS_1,
                Fixture.OS_2,
                Fixture.OS_2_FROM_ES_7,
                Fixture.OS_3);
    }

    @ParameterizedTest
    @MethodSource("withOriginals")
    void rebuildsADisabledSource(String key) throws Exception {
        List<Rebuilt> documents = documents(key, "src_disabled");

        SourceShape shape = shape(key, "src_disabled");
        assertThat(shape.state()).isEqualTo(SourceState.DISABLED);
        assertThat(shape.exact()).containsExactly("st");
        assertThat(names(shape.approximate())).containsExactlyInAnyOrder("arr", "b", "f", "k", "n", "o.x.y", "ts");
        assertThat(shape.lost()).isEqualTo(Map.of("has neither stored values nor doc values", List.of("t")));
        assertThat(documents).hasSize(25);
        documents.forEach(document -> compare(document, shape));
    }

    @ParameterizedTest
    @MethodSource("withOriginals")
    void completesAFilteredSource(String key) throws Exception {
        List<Rebuilt> documents = documents(key, "src_filtered");

        SourceShape shape = shape(key, "src_filtered");
        assertThat(shape.state()).isEqualTo(SourceState.FILTERED);
        assertThat(names(shape.approximate())).containsExactlyInAnyOrder("arr", "b", "f", "ts");
        assertThat(names(shape.lost())).containsExactly("t");
        assertThat(documents).hasSize(25);
        for (Rebuilt document : documents) {
            assertThat(document.rebuilt.path("n")).isEqualTo(document.original.path("n"));
            compare(document, shape);
        }
    }

    /** Nothing is left to compare with: the index has no original of any document. */
    @ParameterizedTest
    @ValueSource(strings = {Fixture.ES_6, Fixture.ES_7_FROM_6})
    void rebuildsASourceOfElasticsearch6(String key) throws Exception {
        List<Rebuilt> documents = documents(key, "src_disabled");

        assertThat(documents).hasSize(25);
        for (Rebuilt document : documents) {
            String number = document.id.substring(1);
            assertThat(document.rebuilt.path("st").asText()).isEqualTo("stored" + number);
            assertThat(document.rebuilt.path("n").asText()).isEqualTo(number);
            assertThat(document.rebuilt.path("b").asBoolean()).isEqualTo(Integer.parseInt(number) % 2 == 0);
            assertThat(document.rebuilt.path("ts").asText()).startsWith("2020-01-");
            assertThat(document.rebuilt.path("f").isDouble()).isTrue();
            assertThat(document.rebuilt.at("/o/x/y").asText()).isNotEmpty();
            assertThat(document.rebuilt.has("t")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        Fixture.ES_8 + ",src_synthetic",
        Fixture.ES_9 + ",src_synthetic",
        Fixture.ES_9_FROM_8 + ",src_synthetic",
        Fixture.OS_3 + ",src_derived"
    })
    void makesTheSourceThatTheServerMakes(String key, String index) throws Exception {
        Map<String, String> expected = new HashMap<>();
        Fixture.of(key)
                .snapshot(snapshotOf(key))
                .at("/indices/" + index + "/docs")
                .forEach(document -> expected.put(
                        document.path("_id").asText(), document.path("sha256").asText()));

        Map<String, String> found = new HashMap<>();
        for (Rebuilt document : documents(key, index)) {
            found.put(document.id, CanonicalJson.sha256(document.bytes, 0, document.bytes.length));
        }

        assertThat(found).hasSize(25).isEqualTo(expected);
        assertThat(shape(key, index).lost()).isEmpty();
    }

    /** An index with every type of field, whose sources are stored: only what is rebuilt of them is looked at. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                Fixture.ES_6,
                Fixture.ES_7,
                Fixture.ES_8,
                Fixture.ES_9,
                Fixture.ES_9_FROM_8,
                Fixture.OS_1,
                Fixture.OS_2,
                Fixture.OS_2_FROM_ES_7
            })
    void rebuildsEveryTypeThatItDoesNotNameAsLost(String key) throws Exception {
        List<Rebuilt> documents = documents(key, "kinds");

        SourceShape shape = shape(key, "kinds");
        assertThat(names(shape.approximate()))
                .contains("c_boolean", "c_byte", "c_copy", "c_float", "c_geo_point", "c_half_float", "c_ip", "c_short");
        assertThat(shape.exact()).contains("c_text_stored");
        assertThat(names(shape.lost())).contains("c_binary", "c_completion", "c_date_range", "c_multi", "c_nodv");
        assertThat(documents).isNotEmpty();
        documents.forEach(document -> compare(document, shape));
    }

    @Test
    void namesTheDocValuesFormatThatIsNotRead() {
        assertThatThrownBy(() -> documents(Fixture.ES_8, "logsdb"))
                .isInstanceOf(UnknownCodecException.class)
                .hasMessageContainingAll("logsdb[0]", "the doc values format ES819TSDB of @timestamp");
    }

    /** Every field of the original is the same, or as good as the same, or named. */
    private static void compare(Rebuilt document, SourceShape shape) {
        Set<String> approximate = names(shape.approximate());
        Set<String> lost = names(shape.lost());
        Map<String, JsonNode> found = leaves(document.rebuilt);
        Map<String, JsonNode> expected = leaves(document.original);
        expected.forEach((path, value) -> {
            if (isWithin(path, lost)) {
                return;
            }
            String what = document.id + " " + path;
            if (approximate.contains(path) || isWithin(path, approximate)) {
                assertThat(normal(found.get(path))).as(what).isEqualTo(normal(value));
            } else {
                assertThat(found.get(path)).as(what).isEqualTo(value);
            }
        });
        assertThat(expected.keySet()).as(document.id).containsAll(found.keySet());
        assertThat(found.keySet()).as(document.id).doesNotContainAnyElementsOf(lost);
    }

    private static boolean isWithin(String path, Collection<String> fields) {
        return fields.stream().anyMatch(field -> path.equals(field) || path.startsWith(field + "."));
    }

    /** By their path; without those that say nothing. */
    private static Map<String, JsonNode> leaves(JsonNode document) {
        Map<String, JsonNode> leaves = new HashMap<>();
        collect("", document, leaves);
        return leaves;
    }

    private static void collect(String prefix, JsonNode object, Map<String, JsonNode> into) {
        object.properties().forEach(field -> {
            String path = prefix + field.getKey();
            if (field.getValue().isObject()) {
                collect(path + ".", field.getValue(), into);
            } else if (!field.getValue().isNull()
                    && !(field.getValue().isArray() && field.getValue().isEmpty())) {
                into.put(path, field.getValue());
            }
        });
    }

    /** Without order, repeats, and the form of dates, addresses and numbers. */
    private static Set<String> normal(JsonNode value) {
        Set<String> values = new TreeSet<>();
        if (value.isArray()) {
            value.forEach(one -> values.add(text(one)));
        } else {
            values.add(text(value));
        }
        return values;
    }

    private static String text(JsonNode value) {
        if (value.isNumber()) {
            return String.valueOf((float) value.asDouble());
        }
        try {
            return OffsetDateTime.parse(value.asText()).toInstant().toString();
        } catch (DateTimeParseException e) {
            return value.asText().replace("::ffff:", "");
        }
    }

    private static Set<String> names(Map<String, List<String>> byReason) {
        Set<String> names = new HashSet<>();
        byReason.values().forEach(names::addAll);
        return names;
    }

    private static String snapshotOf(String key) {
        return Fixture.of(key).snapshot("snap-2").isMissingNode() ? "up-1" : "snap-2";
    }

    private static BlobStore open(String key) throws IOException {
        Fixture fixture = Fixture.of(key);
        return fixture.open(fixture.snapshot(snapshotOf(key)).path("repo").asText());
    }

    private static IndexMetadata metadata(String key, String index) throws IOException {
        try (BlobStore store = open(key)) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(snapshotOf(key));
            return repository.indexMetadata(snapshot, Fixture.indexOf(snapshot, index));
        }
    }

    private static SourceShape shape(String key, String index) throws IOException {
        IndexMetadata metadata = metadata(key, index);
        return SourceShape.of(metadata.mappings(), metadata.settings());
    }

    private static List<Rebuilt> documents(String key, String index) throws Exception {
        SourceShape shape = shape(key, index);
        Set<String> stored = new HashSet<>(shape.storedFields());
        stored.add("_source");
        FieldSelection fields = new FieldSelection(stored, shape.columns());
        List<Rebuilt> documents = new ArrayList<>();
        try (BlobStore store = open(key)) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot(snapshotOf(key));
            Snapshot.Index folder = Fixture.indexOf(snapshot, index);
            int shards = repository.indexMetadata(snapshot, folder).shards();
            for (int shard = 0; shard < shards; shard++) {
                try (ShardReader reader = ShardFormats.open(repository.shardFiles(snapshot, folder, shard), store)) {
                    for (Segment segment : reader.segments()) {
                        try (DocumentCursor cursor = reader.documents(segment.name(), 0, segment.documents(), fields)) {
                            while (cursor.next()) {
                                documents.add(rebuild(cursor, shape));
                            }
                        }
                    }
                }
            }
        }
        return documents;
    }

    private static Rebuilt rebuild(DocumentCursor cursor, SourceShape shape)
            throws IOException, UnreadableSourceException {
        SourceRebuilder rebuilder = new SourceRebuilder(shape);
        FieldReader reader = reader(cursor.fields());
        List<Object> part = cursor.fields().stored("_source");
        if (shape.state() == SourceState.FILTERED && part.get(0) instanceof byte[] stored) {
            rebuilder.complete(stored, 0, stored.length, reader);
        } else {
            rebuilder.rebuild(reader);
        }
        byte[] bytes = Arrays.copyOf(rebuilder.bytes(), rebuilder.length());
        JsonNode original = cursor.sourceLength() < 0
                ? JSON.createObjectNode()
                : JSON.readTree(cursor.sourceBytes(), 0, cursor.sourceLength());
        String id = new String(cursor.idBytes(), 0, cursor.idLength(), UTF_8);
        return new Rebuilt(id, (ObjectNode) JSON.readTree(bytes), bytes, original);
    }

    private static FieldReader reader(FieldValues values) {
        return new FieldReader() {
            @Override
            public List<Object> stored(String field) throws IOException {
                return values.stored(field);
            }

            @Override
            public List<Object> column(String field) throws IOException {
                return values.column(field);
            }
        };
    }
}
