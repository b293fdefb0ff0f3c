package io.sluice.lucene4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fixtures.Fixture;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFile;
import io.sluice.snapshot.ShardFileBytes;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stored fields beside the source, of indices of each old Elasticsearch. */
class StoredValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {Fixture.ES_1, Fixture.ES_2, Fixture.ES_5})
    void readsStoredTexts(String key) throws IOException {
        Map<String, String> expected = IntStream.range(0, 25)
                .boxed()
                .collect(Collectors.toMap(n -> "s" + n, n -> "[stored" + n + "]", (one, other) -> one, TreeMap::new));

        assertThat(stored(key, "src_disabled", "st")).isEqualTo(expected);
    }

    /** The encodings of Lucene 5 and 6, each with its field's number, 1, and kind before it. */
    @ParameterizedTest
    @CsvSource({
        "0a05, -3",
        "0cc4, 172800000",
        "0c43, -2000",
        "0c2ad1f9d603, 123456789",
        "0b86, 5.0",
        "0b80, -1.0",
        "0b3fc00000, 1.5",
        "0bffbfc00000, -1.5",
        "0dfe3fc00000, 1.5",
        "0d81, 0.0",
        "0d3fb999999999999a, 0.1",
        "0dffbfb999999999999a, -0.1"
    })
    void readsShortNumbers(String bytes, String value) throws IOException {
        assertThat(read(false, bytes)).isEqualTo("[" + value + "]");
    }

    @ParameterizedTest
    @CsvSource({
        "0afffffffd, -3",
        "0cfffffffffffffffe, -2",
        "0b3fc00000, 1.5",
        "0d3fb999999999999a, 0.1",
        "0803616263, abc"
    })
    void readsNumbersOfAFixedSize(String bytes, String value) throws IOException {
        assertThat(read(true, bytes)).isEqualTo("[" + value + "]");
    }

    private static String read(boolean isLucene41, String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        ShardFile file = new ShardFile("_0.fdt", "_0.fdt", bytes.length, Long.MAX_VALUE, "", null);
        BytesStore store = new BytesStore(Map.of("_0.fdt", bytes));
        InnerFile data = new InnerFile("_0.fdt", new ShardFileBytes(file, store), 0, bytes.length);
        Input in = new Input(data).reset(data, bytes, 0, bytes.length, 0);
        return text(new StoredValues(isLucene41, in, Map.of(1, "field")).read(1).stored("field"));
    }

    private static Map<String, String> stored(String key, String index, String field) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (BlobStore store = Fixture.of(key).open("r1")) {
            Repository repository = Repository.open(store);
            Snapshot snapshot = repository.snapshot("snap-2");
            Snapshot.Index folder = Fixture.indexOf(snapshot, index);
            FieldSelection fields = new FieldSelection(Set.of(field, "no such field"), Set.of());
            try (ShardReader reader = ShardFormats.open(repository.shardFiles(snapshot, folder, 0), store)) {
                for (Segment segment : reader.segments()) {
                    try (DocumentCursor cursor = reader.documents(segment.name(), 0, segment.documents(), fields)) {
                        while (cursor.next()) {
                            String id = new String(cursor.idBytes(), 0, cursor.idLength(), UTF_8);
                            found.put(id, text(cursor.fields().stored(field)));
                            assertThat(cursor.fields().stored("no such field")).isEmpty();
                        }
                    }
                }
            }
        }
        return found;
    }

    private static String text(List<Object> values) {
        return values.stream()
                .map(value -> value instanceof byte[] bytes ? new String(bytes, UTF_8) : value.toString())
                .toList()
                .toString();
    }
}
