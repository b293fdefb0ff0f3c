package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceRebuilderTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ELASTICSEARCH_8 = "{\"index.version.created\": \"8537000\"}";

    /** Stored values and doc values of one document. */
    private record Fields(Map<String, List<Object>> storedValues, Map<String, List<Object>> docValues)
            implements FieldReader {
        @Override
        public List<Object> stored(String field) {
            return storedValues.getOrDefault(field, List.of());
        }

        @Override
        public List<Object> column(String field) {
            return docValues.getOrDefault(field, List.of());
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static SourceShape shape(String mappings) {
        return SourceShape.of(json(mappings), json(ELASTICSEARCH_8));
    }

    private static Object utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static String rebuild(SourceShape shape, Fields fields) throws Exception {
        SourceRebuilder rebuilder = new SourceRebuilder(shape);
        rebuilder.rebuild(fields);
        return new String(rebuilder.bytes(), 0, rebuilder.length(), UTF_8);
    }

    private static String complete(SourceShape shape, String part, Fields fields) throws Exception {
        SourceRebuilder rebuilder = new SourceRebuilder(shape);
        byte[] bytes = part.getBytes(UTF_8);
        rebuilder.complete(bytes, 0, bytes.length, fields);
        return new String(rebuilder.bytes(), 0, rebuilder.length(), UTF_8);
    }

    @Test
    void makesObjectsOfPathsAndArraysOfSeveralValues() throws Exception {
        SourceShape shape = shape("""
                {"_source": {"enabled": false}, "properties": {
                  "a": {"properties": {"b": {"type": "long"}, "c": {"properties": {"d": {"type": "keyword"}}}}},
                  "t": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
                  "none": {"type": "double"}}}
                """);

        assertThat(rebuild(
                        shape,
                        new Fields(
                                Map.of(),
                                Map.of(
                                        "a.b", List.of(1L, 2L),
                                        "a.c.d", List.of(utf8("ü")),
                                        "t.raw", List.of(utf8("x"))))))
                .isEqualTo("{\"a\":{\"b\":[1,2],\"c\":{\"d\":\"ü\"}},\"t\":\"x\"}");
        assertThat(rebuild(shape, new Fields(Map.of(), Map.of()))).isEqualTo("{}");
    }

    @Test
    void prefersStoredValuesWhichKeepTheirOrder() throws Exception {
        SourceShape shape = shape("""
                {"_source": {"enabled": false}, "properties": {"k": {"type": "keyword", "store": true}}}
                """);

        assertThat(shape.exact()).containsExactly("k");
        assertThat(rebuild(shape, new Fields(Map.of("k", List.of(utf8("b"), "a", "b")), Map.of())))
                .isEqualTo("{\"k\":[\"b\",\"a\",\"b\"]}");
    }

    @Test
    void leavesAsItIsWhatIsStoredOfASource() throws Exception {
        SourceShape shape = shape("""
                {"_source": {"excludes": ["n", "o.n", "list.n", "d.e"]}, "properties": {
                  "n": {"type": "long"},
                  "o": {"properties": {"n": {"type": "long"}, "kept": {"type": "long"}}},
                  "list": {"properties": {"n": {"type": "long"}}},
                  "d": {"properties": {"e": {"type": "long"}}},
                  "kept": {"type": "double"}}}
                """);
        Fields fields = new Fields(
                Map.of(), Map.of("n", List.of(1L), "o.n", List.of(2L), "list.n", List.of(3L), "d.e", List.of(4L)));

        assertThat(shape.columns()).containsExactlyInAnyOrder("n", "o.n", "list.n", "d.e");
        assertThat(complete(shape, """
                {"kept":1.50,"big":123456789012345678901234567890,"o":{"kept":7},"list":[{"x":[1,{}]}],"d.e":null}""", fields))
                .isEqualTo("{\"kept\":1.50,\"big\":123456789012345678901234567890,\"o\":{\"kept\":7,\"n\":2},"
                        + "\"list\":[{\"x\":[1,{}]}],\"d.e\":null,\"n\":1}");
    }

    @Test
    void namesWhatIsLostAndWhy() {
        SourceShape shape = shape("""
                {"_source": {"enabled": false}, "properties": {
                  "t": {"type": "text"}, "b": {"type": "binary"}, "n": {"type": "long", "doc_values": false},
                  "off": {"type": "object", "enabled": false}, "nest": {"type": "nested", "properties": {"x": {"type": "long"}}},
                  "from": {"type": "keyword", "copy_to": ["into"]}, "into": {"type": "keyword"}, "also": {"type": "alias", "path": "n"},
                  "shape": {"type": "geo_shape"}, "week": {"type": "date", "format": "week_date"}}}
                """);

        assertThat(shape.lost())
                .isEqualTo(Map.of(
                        "has neither stored values nor doc values",
                        List.of("t", "b", "n"),
                        "is an object that is not parsed (enabled: false)",
                        List.of("off"),
                        "holds nested objects",
                        List.of("nest"),
                        "is filled by copy_to; a value of its own is lost",
                        List.of("into"),
                        "is of the type geo_shape, which is not rebuilt",
                        List.of("shape"),
                        "has a date format that is not written: week_date",
                        List.of("week")));
        assertThat(shape.approximate()).isEqualTo(Map.of("several values come sorted, and each once", List.of("from")));
    }

    @Test
    void namesThatUnmappedFieldsAreLost() {
        SourceShape shape = shape("""
                {"_source": {"enabled": false}, "dynamic": "false", "properties": {
                  "o": {"dynamic": false, "properties": {"k": {"type": "long"}}}}}
                """);

        assertThat(shape.lost())
                .isEqualTo(Map.of(
                        "is whatever else was sent: the mapping takes no more fields (dynamic: false)",
                        List.of("o.*", "*")));
    }

    @Test
    void rebuildsFlattenedFields() throws Exception {
        SourceShape shape = shape("""
                {"_source": {"enabled": false}, "properties": {"f": {"type": "flattened"}}}
                """);

        assertThat(rebuild(
                        shape,
                        new Fields(
                                Map.of(), Map.of("f._keyed", List.of(utf8("a.b\0x"), utf8("a.b\0y"), utf8("c\0z"))))))
                .isEqualTo("{\"f\":{\"a\":{\"b\":[\"x\",\"y\"]},\"c\":\"z\"}}");
    }

    @Test
    void refusesAPartThatIsNone() {
        SourceShape shape = shape("{\"_source\": {\"excludes\": [\"x\"]}}");

        for (String part : List.of("{\"a\":", "{\"a\":[1", "{\"a\" 1}")) {
            assertThatThrownBy(() -> complete(shape, part, new Fields(Map.of(), Map.of())))
                    .as(part)
                    .isInstanceOf(UnreadableSourceException.class);
        }
    }

    @Test
    void namesTheFieldOfAValueThatIsNotOfItsKind() {
        SourceShape shape = shape("{\"_source\": {\"enabled\": false}, \"properties\": {\"n\": {\"type\": \"long\"}}}");

        assertThatThrownBy(() -> rebuild(shape, new Fields(Map.of(), Map.of("n", List.of(utf8("x"))))))
                .isInstanceOf(UnreadableSourceException.class)
                .hasMessage("The field n cannot be rebuilt: a value of the kind byte[]");
    }

    @Test
    void tellsHowMuchIsStored() {
        JsonNode settings = json(ELASTICSEARCH_8);

        assertThat(SourceState.of(json("{}"), settings)).isEqualTo(SourceState.WHOLE);
        assertThat(SourceState.of(json("{\"_source\": {\"includes\": [\"*\"]}}"), settings))
                .isEqualTo(SourceState.WHOLE);
        assertThat(SourceState.of(json("{\"_source\": {\"includes\": [\"a.*\"]}}"), settings))
                .isEqualTo(SourceState.FILTERED);
        assertThat(SourceState.of(json("{\"_source\": {\"enabled\": false}}"), settings))
                .isEqualTo(SourceState.DISABLED);
        assertThat(SourceState.of(json("{\"_source\": {\"mode\": \"synthetic\"}}"), settings))
                .isEqualTo(SourceState.SYNTHETIC);
        assertThat(SourceState.of(
                        json("{}"), json("{\"index.mode\": \"logsdb\", \"index.version.created\": \"8537000\"}")))
                .isEqualTo(SourceState.SYNTHETIC);
        assertThat(SourceState.of(
                        json("{}"), json("{\"index.mode\": \"logsdb\", \"index.mapping.source.mode\": \"stored\"}")))
                .isEqualTo(SourceState.WHOLE);
        assertThat(SourceState.of(json("{}"), json("{\"index.derived_source.enabled\": \"true\"}")))
                .isEqualTo(SourceState.DERIVED);
    }
}
