package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import io.sluice.testkit.Answer;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.Servers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What is rare, in indices of a few hundred documents, written in two steps with a snapshot after each: ids of every
 * encoding, one id under several routings, versions of the outside, numbers that no machine type holds, nested
 * documents, sources that are not JSON, compressed and sorted segments, and deletes before and after commits.
 */
final class HardDocuments {

    static final List<String> INDICES = List.of("ids", "routed", "versions", "numbers", "nested", "packed", "binary");

    private static final int SHARDS = 2;
    private static final int PACKED = 300;
    private static final int MADE_IDS = 25;

    /** How an id is stored depends on whether it is a number, base64 as the server would write it, or neither. */
    private static final List<String> IDS = List.of(
            "0",
            "7",
            "007",
            "-1",
            "1234567890123456789",
            "9".repeat(511),
            "1.0",
            "AAAA",
            "dGVzdA",
            "dGVzdA==",
            "dGVzdB",
            "abcd-_XY",
            "AVx9yZ0123456789abcd",
            "_under",
            "a/b c%d\"e\\f+g?h#i&j",
            "büch",
            "þÿ",
            "本棚",
            "🚤",
            "x".repeat(512),
            "ü".repeat(256));

    private static final Map<String, String> NUMBERS = Map.of(
            "pretty", "\r\n{\r\n\t\"one\" : 1.0 ,\n  \"list\" : [ 1,\n 2.50 , { } , [ ] ]\n}\n",
            "huge", "{\"a\":1e400,\"b\":-1e-400,\"c\":12345678901234567890123456789012345678901234567890}",
            "spelled", "{\"a\":1.0,\"b\":1.00,\"c\":-0,\"d\":-0.0,\"e\":1E+2,\"f\":0.10,\"g\":9007199254740993}",
            "escaped", "{\"a\\u0062\":\"\\u0041\\ud83d\\udea4\\u2028\\/\",\"ключ\":\"знач\\t\",\"n\":null,\"t\":true}",
            "empty", "{}");

    private final ServerProcess server;
    private final URI source;

    HardDocuments(ServerProcess server) {
        this.server = server;
        this.source = server.endpoint();
    }

    /** Makes the indices and the first documents. */
    void first() throws IOException {
        create("ids", "", "");
        create("routed", "", ",\"_routing\":{\"required\":true}");
        create("versions", "", "");
        create("numbers", "", "");
        create(
                "nested",
                "",
                ",\"properties\":{\"a\":{\"type\":\"nested\",\"properties\":{\"b\":{\"type\":\"nested\"}}}}");
        String tombstones = server.distribution().hasTypes() ? ",\"soft_deletes.enabled\":true" : "";
        create(
                "packed",
                ",\"codec\":\"best_compression\",\"sort.field\":\"n\",\"sort.order\":\"desc\"" + tombstones,
                ",\"properties\":{\"n\":{\"type\":\"integer\"}}");
        create("binary", "", "");
        Servers.succeed(
                source,
                "POST",
                "/_aliases",
                "{\"actions\":[{\"add\":{\"index\":\"routed\",\"alias\":\"by-alias\",\"routing\":\"alias\"}}]}");
        ids();
        routed();
        versions();
        for (Map.Entry<String, String> numbers : NUMBERS.entrySet()) {
            put("numbers", numbers.getKey(), "", numbers.getValue());
        }
        nested(0, 30);
        packed(0, PACKED / 2);
        binary();
    }

    /** Changes and deletes some of them, adds more, and leaves segments of several ages. */
    void second() throws IOException {
        for (int i = 0; i < IDS.size(); i += 3) {
            put("ids", IDS.get(i), "", "{\"again\":" + i + "}");
        }
        delete("ids", IDS.get(1), "");
        flush("ids");
        delete("ids", IDS.get(4), "");
        delete("routed", "shared", "?routing=r1");
        put("routed", "shared", "?routing=r2", "{\"again\":true}");
        put("versions", "large", "?version_type=external&version=4611686018427387905", "{\"again\":true}");
        delete("versions", "gone", "?version_type=external&version=99");
        put("versions", "gone", "?version_type=external&version=100", "{\"back\":true}");
        delete("versions", "lost", "");
        nested(20, 40);
        delete("nested", "3", "");
        Servers.succeed(source, "POST", "/packed/_forcemerge?max_num_segments=1&flush=true", "");
        packed(PACKED / 2, PACKED);
        for (int n = 0; n < PACKED; n += 7) {
            if (n % 50 != 10) { // those are gone since they were written
                delete("packed", "p" + n, "");
            }
        }
        delete("binary", "0.smile", "");
        flush("_all");
        // Not flushed by hand: the snapshot commits it.
        put("numbers", "late", "", "{\"late\":1.10}");
    }

    private void create(String index, String settings, String mapping) throws IOException {
        String types = server.distribution().hasTypes() ? "?include_type_name=false" : "";
        Servers.succeed(source, "PUT", "/" + index + types, """
                {"settings":{"index":{"number_of_shards":%d,"number_of_replicas":0,"refresh_interval":"-1"%s}},
                 "mappings":{"dynamic":"false"%s}}""".formatted(SHARDS, settings, mapping));
    }

    private void ids() throws IOException {
        for (int i = 0; i < IDS.size(); i++) {
            put("ids", IDS.get(i), "", "{\"n\":" + i + "}");
            if (i % 8 == 7) {
                refresh("ids");
            }
        }
        for (int i = 0; i < MADE_IDS; i++) {
            Servers.succeed(source, "POST", "/ids/_doc", "{\"made\":" + i + "}");
        }
        put("ids", IDS.get(2), "", "{\"updated\":\"before the flush\"}");
        delete("ids", IDS.get(6), "");
        flush("ids");
        delete("ids", IDS.get(8), "");
        put("ids", IDS.get(8), "", "{\"back\":\"after the flush\"}");
    }

    private void routed() throws IOException {
        for (int i = 0; i < 40; i++) {
            put("routed", String.valueOf(i), "?routing=" + encoded("kunde ü " + i % 7), "{\"n\":" + i + "}");
        }
        // Two documents where the routings lead to two shards; the later one otherwise.
        for (int i = 1; i < 9; i++) {
            put("routed", "shared", "?routing=r" + i, "{\"r\":" + i + "}");
            put("by-alias", "a" + i, "", "{\"by\":\"alias\"}");
        }
    }

    private void versions() throws IOException {
        put("versions", "zero", "?version_type=external&version=0", "{\"v\":0}");
        put("versions", "large", "?version_type=external&version=4611686018427387904", "{\"v\":1}");
        put("versions", "gone", "?version_type=external&version=17", "{\"v\":2}");
        put("versions", "same", "?version_type=external_gte&version=5", "{\"v\":3}");
        put("versions", "same", "?version_type=external_gte&version=5", "{\"v\":4}");
        put("versions", "lost", "", "{\"v\":5}");
    }

    private void nested(int from, int to) throws IOException {
        for (int n = from; n < to; n++) {
            String deeper = "{\"b\":[{\"c\":1},{\"c\":%d}]}".formatted(n);
            put("nested", String.valueOf(n), "", "{\"n\":%d,\"a\":[%s,%s]}".formatted(n, deeper, deeper));
        }
        refresh("nested");
    }

    private void packed(int from, int to) throws IOException {
        for (int n = from; n < to; n++) {
            put("packed", "p" + n, "", "{\"n\":%d,\"text\":\"%s\"}".formatted(n, "Schleuse ".repeat(1 + n % 50)));
            if (n % 50 == 20) {
                flush("packed");
                delete("packed", "p" + (n - 10), "");
                put("packed", "p" + (n - 11), "", "{\"n\":%d,\"updated\":true}".formatted(-n));
            }
        }
    }

    private void binary() throws IOException {
        for (int n = 0; n < 10; n++) {
            put("binary", n + ".cbor", "application/cbor", encoded(new CBORFactory(), n));
            put("binary", n + ".smile", "application/smile", encoded(new SmileFactory(), n));
            put("binary", n + ".json", "", "{\"n\":" + n + "}");
        }
        put("binary", "one.yaml", "application/yaml", "---\na: 1.0\nb: [1, 'two']\n".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] encoded(JsonFactory factory, int n) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = factory.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeNumberField("n", n);
            out.writeNumberField("float", n + 0.1f);
            out.writeNumberField("double", n / 3.0);
            out.writeNumberField("long", Long.MIN_VALUE + n);
            out.writeFieldName("big");
            out.writeNumber(BigInteger.TEN.pow(30).add(BigInteger.valueOf(n)));
            out.writeBinaryField("bytes", new byte[] {0, (byte) 0xFF, (byte) n});
            out.writeStringField("ключ", "水門 🚤 ".repeat(n * 20));
            out.writeArrayFieldStart("list");
            out.writeBoolean(true);
            out.writeNull();
            out.writeStartObject();
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private void put(String index, String id, String contentType, byte[] document) throws IOException {
        Answer answer = Servers.call(source, "PUT", path(index, id), contentType, document);
        assertThat(answer.isOk()).as("%s: %s", contentType, answer.body()).isTrue();
    }

    private void put(String index, String id, String query, String document) throws IOException {
        Servers.succeed(source, "PUT", path(index, id) + query, document);
    }

    private void delete(String index, String id, String query) throws IOException {
        Servers.succeed(source, "DELETE", path(index, id) + query, "");
    }

    private void refresh(String index) throws IOException {
        Servers.succeed(source, "POST", "/" + index + "/_refresh", "");
    }

    private void flush(String index) throws IOException {
        Servers.succeed(source, "POST", "/" + index + "/_flush?force=true", "");
    }

    private static String path(String index, String id) {
        return "/" + index + "/_doc/" + encoded(id);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
