package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BulkBodyTest {

    private static final byte[] NONE = new byte[0];
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BulkBody body = new BulkBody(1024);

    @Test
    void writesIdRoutingFenceAndSource() {
        add("1", "r", 7, "{\"a\": 1.0}");
        add("2", null, -1, "{}");

        assertThat(text(body.content())).isEqualTo("""
                        {"index":{"_id":"1","routing":"r","version":7,"version_type":"external_gte"}}
                        {"a": 1.0}
                        {"index":{"_id":"2"}}
                        {}
                        """);
        assertThat(body.actions()).isEqualTo(2);
        assertThat(body.bytes()).isEqualTo(text(body.content()).length());
    }

    @Test
    void turnsLineBreaksBetweenTokensIntoSpacesAndLeavesTheByteOrderMarkOut() {
        add("1", null, 0, "\uFEFF\n{\r\n  \"a\" : 1\n}\n");

        assertThat(text(body.content()).split("\n")[1]).isEqualTo(" {    \"a\" : 1 } ");
    }

    @Test
    void writesDeletes() {
        byte[] id = "x".getBytes(UTF_8);

        body.delete(id, id.length, NONE, -1, 5);

        assertThat(text(body.content()))
                .isEqualTo("{\"delete\":{\"_id\":\"x\",\"version\":5,\"version_type\":\"external_gte\"}}\n");
    }

    @Test
    void writesConditionsOfOneActionEach() {
        byte[] id = "x".getBytes(UTF_8);

        body.onlyAt(12, 3);
        add("1", null, -1, "{}");
        add("2", null, -1, "{}");
        body.onlyAt(0, 1);
        body.delete(id, id.length, NONE, -1, -1);
        body.create(id, id.length, NONE, -1, "{\n}".getBytes(UTF_8));

        assertThat(text(body.content())).isEqualTo("""
                        {"index":{"_id":"1","if_seq_no":12,"if_primary_term":3}}
                        {}
                        {"index":{"_id":"2"}}
                        {}
                        {"delete":{"_id":"x","if_seq_no":0,"if_primary_term":1}}
                        {"create":{"_id":"x"}}
                        { }
                        """);
    }

    @Test
    void namesTheIndexOfEachActionWhereToldTo() {
        body.into("a\"b".getBytes(UTF_8));
        add("1", null, -1, "{}");
        body.into("c".getBytes(UTF_8));
        add("2", null, -1, "{}");

        assertThat(text(body.content())).isEqualTo("""
                        {"index":{"_index":"a\\"b","_id":"1"}}
                        {}
                        {"index":{"_index":"c","_id":"2"}}
                        {}
                        """);

        body.clear();
        add("3", null, -1, "{}");

        assertThat(text(body.content())).startsWith("{\"index\":{\"_id\":\"3\"}}");
    }

    @Test
    void givesTheBytesOfSomeActionsOnly() {
        for (int i = 0; i < 100; i++) {
            add("id-" + i, null, i, "{\"n\":" + i + ",\"pad\":\"" + "x".repeat(i * 7) + "\"}");
        }

        String some = text(body.content(new int[] {99, 0, 42}, 3));

        assertThat(some.split("\n")).hasSize(6);
        assertThat(some).startsWith("{\"index\":{\"_id\":\"id-99\"").contains("{\"n\":0,", "\"_id\":\"id-42\"");
    }

    @Test
    void refersToALongSourceInsteadOfCopyingIt() {
        byte[] source = ("{\"t\":\"" + "x".repeat(BulkBody.REFERENCED_BYTES) + "\"}\n").getBytes(UTF_8);
        byte[] id = "1".getBytes(UTF_8);

        body.index(id, 1, NONE, -1, 3, source, 0, source.length);

        List<ByteBuffer> content = body.content();
        assertThat(content).anySatisfy(part -> assertThat(part.array()).isSameAs(source));
        String text = text(content);
        assertThat(text.split("\n")).hasSize(2);
        assertThat(body.bytes()).isEqualTo(text.length());
    }

    @Test
    void keepsWhatWasPutInForTenThousandRandomDocuments() throws IOException {
        SplittableRandom random = new SplittableRandom(20261123);
        for (int round = 0; round < 100; round++) {
            body.clear();
            List<String[]> expected = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String id = text(random, 1 + random.nextInt(600));
                String routing = random.nextBoolean() ? text(random, 1 + random.nextInt(40)) : null;
                long fence = random.nextInt(4) == 0 ? -1 : random.nextLong(Long.MAX_VALUE) >> random.nextInt(63);
                String source = JSON.createObjectNode()
                        .put("k", text(random, random.nextInt(3000)))
                        .toPrettyString();
                add(id, routing, fence, source);
                expected.add(new String[] {id, routing, String.valueOf(fence), source.replaceAll("[\r\n]", " ")});
            }
            assertHolds(expected);
        }
    }

    private void assertHolds(List<String[]> expected) throws IOException {
        String[] lines = text(body.content()).split("\n");
        assertThat(lines).hasSize(expected.size() * 2);
        for (int i = 0; i < expected.size(); i++) {
            JsonNode action = JSON.readTree(lines[i * 2]).get("index");
            String[] document = expected.get(i);
            assertThat(action.get("_id").asText()).isEqualTo(document[0]);
            assertThat(action.path("routing").asText(null)).isEqualTo(document[1]);
            assertThat(action.path("version").asLong(-1)).isEqualTo(Long.parseLong(document[2]));
            assertThat(lines[i * 2 + 1]).isEqualTo(document[3]);
            assertThat(text(body.content(new int[] {i}, 1))).isEqualTo(lines[i * 2] + "\n" + lines[i * 2 + 1] + "\n");
        }
    }

    private static String text(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(12)) {
                case 0 -> text.append('"');
                case 1 -> text.append('\\');
                case 2 -> text.append((char) random.nextInt(32));
                case 3 -> text.append("日");
                case 4 -> text.append("🚤");
                default -> text.append((char) (32 + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    private void add(String id, String routing, long fence, String source) {
        byte[] idBytes = id.getBytes(UTF_8);
        byte[] routingBytes = routing == null ? NONE : routing.getBytes(UTF_8);
        byte[] sourceBytes = source.getBytes(UTF_8);
        body.index(
                idBytes,
                idBytes.length,
                routingBytes,
                routing == null ? -1 : routingBytes.length,
                fence,
                sourceBytes,
                0,
                sourceBytes.length);
    }

    private static String text(List<ByteBuffer> content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuffer part : content) {
            byte[] copy = new byte[part.remaining()];
            part.duplicate().get(copy);
            bytes.writeBytes(copy);
        }
        return bytes.toString(UTF_8);
    }
}
