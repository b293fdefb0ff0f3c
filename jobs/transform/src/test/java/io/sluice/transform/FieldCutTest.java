package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldCutTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @ParameterizedTest(name = "{0} without {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"a":1,"b":2,"c":3}                     | a      | {"b":2,"c":3}
        {"a":1,"b":2,"c":3}                     | b      | {"a":1,"c":3}
        {"a":1,"b":2,"c":3}                     | c      | {"a":1,"b":2}
        {"a":1,"b":2,"c":3}                     | a,b    | {"c":3}
        {"a":1,"b":2,"c":3}                     | b,c    | {"a":1}
        {"a":1,"b":2,"c":3}                     | a,c    | {"b":2}
        {"a":1,"b":2,"c":3}                     | a,b,c  | {}
        { "a" : "x" , "b" : [ 1 , 2 ] }         | b      | { "a" : "x" }
        { "a" : "x" , "b" : [ 1 , 2 ] }         | a      | { "b" : [ 1 , 2 ] }
        {"a":{"b":1,"c":1.0},"b":1e400}         | a.b    | {"a":{"c":1.0},"b":1e400}
        {"a":{"b":1}}                           | a.b    | {"a":{}}
        {"a":[{"b":1,"c":2},[{"b":{}}],3]}      | a.b    | {"a":[{"c":2},[{}],3]}
        {"a.b":1,"a":{"b.c":2,"d":3}}           | a.b    | {"a":{"d":3}}
        {"ab":1,"a":{"b":2}}                    | a      | {"ab":1}
        {"x":{"tmp":1,"y":{"tmp":2}},"tmp":3}   | *.tmp  | {"x":{"y":{}},"tmp":3}
        {"tmp_a":1,"tmp_b":{"c":2},"keep":3}    | tmp_*  | {"keep":3}
        {"a":1,"a":2,"b":1}                     | a      | {"b":1}
        {"\\u0061":1,"é":2,"b":"\\"é,}"}        | a,é    | {"b":"\\"é,}"}
        {"a+b":1,"c":2}                         | a+b    | {"c":2}
        """)
    void cutsFieldsAndNothingElse(String source, String paths, String expected) throws Exception {
        assertThat(without(List.of(paths.split(",")), source)).isEqualTo(expected);
    }

    @Test
    void leavesTheSourceAloneWhenNothingIsToBeCut() throws Exception {
        byte[] source = "{\"a\":1}".getBytes(UTF_8);

        assertThat(new FieldCut(List.of("b", "aa", "a.b")).cut(source, 0, source.length))
                .isFalse();
    }

    @Test
    void keepsAByteOrderMarkAndBlankLines() throws Exception {
        assertThat(without(List.of("a"), "\uFEFF\n\n{\"a\":1,\n\"b\":2}\n")).isEqualTo("\uFEFF\n\n{\"b\":2}\n");
    }

    @Test
    void saysWhatItCannotCut() {
        byte[] open = "{\"a\":1,".getBytes(UTF_8);
        byte[] wide = "{\"a\":1}".getBytes(UTF_16LE);
        FieldCut cut = new FieldCut(List.of("a"));

        assertThatThrownBy(() -> cut.cut(open, 0, open.length))
                .isInstanceOf(UnreadableSourceException.class)
                .hasMessageContaining("The document is not JSON");
        assertThatThrownBy(() -> cut.cut(wide, 0, wide.length))
                .isInstanceOf(UnreadableSourceException.class)
                .hasMessageContaining("UTF-8 only");
    }

    @Test
    void agreesWithATreeWithoutTheFields() throws Exception {
        Random random = new Random(20261124);
        for (int i = 0; i < 20_000; i++) {
            JsonNode tree = object(random, 3);
            String text = random.nextBoolean() ? tree.toString() : tree.toPrettyString();

            String rest = without(List.of("a", "b.c", "*.d"), text);

            assertThat(JSON.readTree(rest)).as(text).isEqualTo(pruned(tree, ""));
        }
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.set(String.valueOf("abcde".charAt(random.nextInt(5))), value(random, depth));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 3 : 5)) {
            case 0 -> JsonNodeFactory.instance.numberNode(random.nextInt(1000) - 500);
            case 1 -> JsonNodeFactory.instance.textNode("x,\"}é]".substring(random.nextInt(6)));
            case 2 -> JsonNodeFactory.instance.nullNode();
            case 3 -> object(random, depth - 1);
            default -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    array.add(value(random, depth - 1));
                }
                yield array;
            }
        };
    }

    private static JsonNode pruned(JsonNode node, String path) {
        if (node instanceof ObjectNode object) {
            Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
            while (members.hasNext()) {
                Map.Entry<String, JsonNode> member = members.next();
                String at = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
                if (at.equals("a") || at.equals("b.c") || at.endsWith(".d")) {
                    members.remove();
                } else {
                    pruned(member.getValue(), at);
                }
            }
        } else {
            List<JsonNode> items = new ArrayList<>();
            node.forEach(items::add);
            items.forEach(item -> pruned(item, path));
        }
        return node;
    }

    private static String without(List<String> paths, String text) throws Exception {
        byte[] padded = ("##" + text + "##").getBytes(UTF_8);
        FieldCut cut = new FieldCut(paths);
        int length = padded.length - 4;
        return cut.cut(padded, 2, length) ? new String(cut.bytes(), 0, cut.length(), UTF_8) : text;
    }
}
