package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoredSourceTest {

    private static final String MAPPINGS = """
            {"properties": {"n": {"type": "long"}, "k": {"type": "keyword"}, "o": {"properties": {"x": {"type": "long"}}},
              "off": {"type": "object", "enabled": false}, "g": {"type": "geo_shape"}, "r": {"type": "date_range"}}}
            """;

    private static byte[] one(String name, int parent, String value) {
        byte[] nameBytes = name.getBytes(UTF_8);
        byte[] valueBytes = value.getBytes(UTF_8);
        return ByteBuffer.allocate(4 + nameBytes.length + valueBytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(name.length() + (parent << 16))
                .put(nameBytes)
                .put(valueBytes)
                .array();
    }

    private static byte[] several(String name, String... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(values.length);
        out.write(name.length());
        out.writeBytes(name.getBytes(UTF_8)); // of characters of the basic plane
        for (String value : values) {
            out.write(0);
            out.write(value.getBytes(UTF_8).length);
            out.writeBytes(value.getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    private static String rebuild(Map<String, List<Object>> stored, Map<String, List<Object>> columns)
            throws Exception {
        ObjectMapper json = new ObjectMapper();
        SourceShape shape = SourceShape.of(
                json.readTree(MAPPINGS),
                json.readTree(
                        "{\"index.mapping.source.mode\": \"synthetic\", \"index.version.created\": \"8537000\"}"));
        assertThat(shape.storedFields()).contains("_ignored_source");
        assertThat(shape.lost()).isEqualTo(Map.of("is of the type date_range, which is not rebuilt", List.of("r")));
        assertThat(shape.approximate()).containsEntry(FieldRecipes.KEPT, List.of("off", "g"));
        SourceRebuilder rebuilder = new SourceRebuilder(shape);
        rebuilder.rebuild(new FieldReader() {
            @Override
            public List<Object> stored(String field) {
                return stored.getOrDefault(field, List.of());
            }

            @Override
            public List<Object> column(String field) {
                return columns.getOrDefault(field, List.of());
            }
        });
        return new String(rebuilder.bytes(), 0, rebuilder.length(), UTF_8);
    }

    @Test
    void takesWhatIsKeptInsteadOfWhatIsIndexed() throws Exception {
        List<Object> entries = List.of(
                one("off", 0, "j{\"ü\":[1,{\"y\":2.50}]}"),
                one("k", 0, "Sa"),
                one("k", 0, "Sb"),
                one("o", 0, "j[{\"x\":1},{\"x\":2}]"),
                one("un.mäpped", 3, "n"));

        assertThat(rebuild(
                        Map.of("_ignored_source", entries),
                        Map.of("n", List.of(7L), "k", List.of("a".getBytes(UTF_8)), "o.x", List.of(1L, 2L))))
                .isEqualTo("{\"off\":{\"ü\":[1,{\"y\":2.50}]},\"k\":[\"a\",\"b\"],\"o\":[{\"x\":1},{\"x\":2}],"
                        + "\"un\":{\"mäpped\":null},\"n\":7}");
    }

    @Test
    void readsTheLaterFormInBothItsPlaces() throws Exception {
        assertThat(rebuild(
                        Map.of("_ignored_source", List.of(several("mäp", "Sa", "t"))),
                        Map.of("_ignored_source", List.of(several("g", "j{}")))))
                .isEqualTo("{\"mäp\":[\"a\",true],\"g\":{}}");
    }

    @Test
    void leavesOutWhatWasNotInTheSource() throws Exception {
        assertThat(rebuild(Map.of("_ignored_source", List.of(one("n", 0, "v"))), Map.of("n", List.of(7L))))
                .isEqualTo("{}");
    }

    @Test
    void addsWhatWasMalformedOrTooLong() throws Exception {
        assertThat(rebuild(
                        Map.of("n._ignore_malformed", List.of("five"), "k._original", List.of("long")),
                        Map.of("n", List.of(7L), "k", List.of("a".getBytes(UTF_8)))))
                .isEqualTo("{\"n\":[7,\"five\"],\"k\":[\"a\",\"long\"]}");
    }

    @ParameterizedTest
    @CsvSource({
        "49ffffffff, -1",
        "4c0100000000000080, -9223372036854775807",
        "44000000000000f83f, 1.5",
        "460000c03f, 1.5",
        "6900ffffffffffffffff, 18446744073709551615",
        "64020000007b, 1.23",
        "74, true",
        "66, false",
        "53c3bc, ü",
        "63a16161f5, 'Json[text={\"a\":true}]'"
    })
    void readsValuesOfEveryKind(String value, String shown) {
        assertThat(IgnoredSource.decode(HexFormat.of().parseHex(value))).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5a", "", "4901", "63"})
    void refusesValuesOfNoKind(String value) {
        assertThatThrownBy(() -> IgnoredSource.decode(HexFormat.of().parseHex(value)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesEntriesThatEndTooEarly() {
        byte[] whole = one("name", 0, "Sx");
        byte[] cut = {whole[0], 0, 0, 0, 'n', 'a'};

        assertThatThrownBy(() -> rebuild(Map.of("_ignored_source", List.of(cut)), Map.of()))
                .isInstanceOf(UnreadableSourceException.class)
                .hasMessageContaining("_ignored_source");
    }
}
