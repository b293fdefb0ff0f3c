package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class JsonSourceTest {

    private final JsonSource converter = new JsonSource();

    @ParameterizedTest
    @EnumSource(names = {"CBOR", "SMILE"})
    void everyKindOfValueArrives(SourceEncoding encoding) throws Exception {
        byte[] source = write(encoding, out -> {
            out.writeStringField("text", "日本 😀 \" \\ \u0001");
            out.writeNumberField("int", -12345);
            out.writeNumberField("long", Long.MAX_VALUE);
            out.writeNumberField("huge", new BigInteger("-123456789012345678901234567890"));
            out.writeNumberField("float", 0.1f);
            out.writeNumberField("double", 0.1);
            out.writeNumberField("tiny", Double.MIN_VALUE);
            out.writeNumberField("decimal", new BigDecimal("3.14159265358979323846264338327950288"));
            out.writeNumberField("zero", -0.0);
            out.writeNumberField("none", Double.NaN);
            out.writeNumberField("endless", Float.NEGATIVE_INFINITY);
            out.writeBinaryField("bytes", new byte[] {0, 1, (byte) 0xFE, (byte) 0xFF});
            out.writeBooleanField("true", true);
            out.writeNullField("null");
            out.writeArrayFieldStart("list");
            out.writeStartObject();
            out.writeEndObject();
            out.writeStartArray();
            out.writeEndArray();
            out.writeEndArray();
            out.writeNumberField("twice", 1);
            out.writeNumberField("twice", 2);
        });

        assertThat(SourceEncoding.of(source, 0, source.length)).isEqualTo(encoding);
        assertThat(convert(encoding, source))
                .isEqualTo("{\"text\":\"日本 😀 \\\" \\\\ \\u0001\",\"int\":-12345,\"long\":9223372036854775807,"
                        + "\"huge\":-123456789012345678901234567890,\"float\":0.1,\"double\":0.1,\"tiny\":4.9E-324,"
                        + "\"decimal\":3.14159265358979323846264338327950288,\"zero\":-0.0,\"none\":\"NaN\","
                        + "\"endless\":\"-Infinity\",\"bytes\":\"AAH+/w==\",\"true\":true,\"null\":null,"
                        + "\"list\":[{},[]],\"twice\":1,\"twice\":2}");
    }

    /** From RFC 8949, appendix A, each as the value of "v": what no writer here makes. */
    @ParameterizedTest
    @CsvSource({
        "f93c00, 1.0",
        "f97bff, 65504.0",
        "fa47c35000, 100000.0",
        "fb7e37e43c8800759c, 1.0E300",
        "1bffffffffffffffff, 18446744073709551615",
        "3bffffffffffffffff, -18446744073709551616",
        "c249010000000000000000, 18446744073709551616",
        "c48221196ab3, 273.15",
        "c11a514b67b0, 1363896240",
        "5f42010243030405ff, '\"AQIDBAU=\"'",
        "7f657374726561646d696e67ff, '\"streaming\"'",
        "9f0102ff, '[1,2]'",
        "a10203, '{\"2\":3}'",
    })
    void whatOnlyTheCborStandardHas(String hex, String expected) throws Exception {
        byte[] source = HexFormat.of().parseHex("a16176" + hex);

        assertThat(convert(SourceEncoding.CBOR, source)).isEqualTo("{\"v\":" + expected + "}");
    }

    @Test
    void cborMayCarryTheTagThatNamesIt() throws Exception {
        byte[] source = HexFormat.of().parseHex("d9d9f7bf6161f5ff");

        assertThat(SourceEncoding.of(source, 0, source.length)).isEqualTo(SourceEncoding.CBOR);
        assertThat(convert(SourceEncoding.CBOR, source)).isEqualTo("{\"a\":true}");
    }

    @ParameterizedTest
    @CsvSource({
        "1.10, 1.10",
        "3.14159265358979323846264338327950288, 3.14159265358979323846264338327950288",
        "1e400, 1e400",
        "123456789012345678901234567890, 123456789012345678901234567890",
        "1_000, 1000",
        "+7, 7",
        ".5, 0.5",
        "'\"1.10\"', '\"1.10\"'",
        "2026-11-24, '\"2026-11-24\"'",
        "true, true",
        "~, null",
    })
    void yamlKeepsItsDigits(String yaml, String expected) throws Exception {
        byte[] source = ("---\nv: " + yaml + "\n").getBytes(UTF_8);

        assertThat(SourceEncoding.of(source, 0, source.length)).isEqualTo(SourceEncoding.YAML);
        assertThat(convert(SourceEncoding.YAML, source)).isEqualTo("{\"v\":" + expected + "}");
    }

    @Test
    void aLargeTextIsWhole() throws Exception {
        String large = "x".repeat(30 << 20);
        byte[] source = write(SourceEncoding.SMILE, out -> out.writeStringField("large", large));

        assertThat(convert(SourceEncoding.SMILE, source)).isEqualTo("{\"large\":\"" + large + "\"}");
        byte[] kept = converter.bytes();
        convert(SourceEncoding.SMILE, write(SourceEncoding.SMILE, out -> out.writeNumberField("n", 1)));
        assertThat(converter.bytes()).isNotSameAs(kept).hasSizeLessThan(1 << 20);
    }

    /** In a process of its own, with a heap that this document and its JSON do not fit into. */
    @Test
    void aDocumentThatDoesNotFitIntoTheHeapIsRefusedAndTheNextIsConverted() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx48m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("There is not enough heap to make JSON of 20", "bytes of SMILE. Give the process more.")
                .contains("{\"n\":1}");
    }

    /** Tries a large document and then a small one. */
    static final class SmallHeap {
        private SmallHeap() {}

        public static void main(String[] arguments) throws Exception {
            byte[] large = new byte[20 << 20];
            byte[] start = write(SourceEncoding.SMILE, out -> out.writeStringField("t", "x".repeat(100)));
            int textAt = start.length - 103;
            System.arraycopy(start, 0, large, 0, textAt);
            Arrays.fill(large, textAt, large.length, (byte) 'x');
            large[textAt] = (byte) 0xE0; // a long text
            large[large.length - 2] = (byte) 0xFC; // its end
            large[large.length - 1] = (byte) 0xFB;
            JsonSource converter = new JsonSource();
            try {
                converter.convert(SourceEncoding.SMILE, large, 0, large.length);
                System.out.println(converter.length());
            } catch (UnreadableSourceException e) {
                System.out.println(e.getMessage());
            }
            byte[] small = write(SourceEncoding.SMILE, out -> out.writeNumberField("n", 1));
            converter.convert(SourceEncoding.SMILE, small, 0, small.length);
            System.out.println(new String(converter.bytes(), 0, converter.length(), UTF_8));
        }
    }

    @Test
    void aDocumentIsTakenFromTheMiddleOfAnArray() throws Exception {
        byte[] source = write(SourceEncoding.CBOR, out -> out.writeStringField("a", "b"));
        byte[] around = new byte[source.length + 20];
        Arrays.fill(around, (byte) 0xBF);
        System.arraycopy(source, 0, around, 7, source.length);

        converter.convert(SourceEncoding.CBOR, around, 7, source.length);

        assertThat(new String(converter.bytes(), 0, converter.length(), UTF_8)).isEqualTo("{\"a\":\"b\"}");
    }

    @ParameterizedTest
    @EnumSource(names = "JSON", mode = Mode.EXCLUDE)
    void aDocumentThatEndsTooSoonIsRefused(SourceEncoding encoding) throws Exception {
        byte[] whole = encoding == SourceEncoding.YAML
                ? "---\na: {b: [1, 2, \"three\"]}\n".getBytes(UTF_8)
                : write(encoding, out -> out.writeStringField("text", "some text that ends in the middle"));
        byte[] part = Arrays.copyOf(whole, whole.length / 2);

        assertThatThrownBy(() -> convert(encoding, part))
                .isInstanceOf(UnreadableSourceException.class)
                .hasMessageContaining(encoding.name());
        assertThat(convert(SourceEncoding.CBOR, HexFormat.of().parseHex("a16176f5")))
                .as("the next document")
                .isEqualTo("{\"v\":true}");
    }

    @ParameterizedTest
    @CsvSource({"CBOR,80", "CBOR,01", "SMILE,3a290a00f8f9", "YAML,2d2d2d0a2d20610a"})
    void whatIsNoObjectIsRefused(SourceEncoding encoding, String hex) {
        assertThatThrownBy(() -> convert(encoding, HexFormat.of().parseHex(hex)))
                .isInstanceOf(UnreadableSourceException.class)
                .hasMessageContaining("not an object");
    }

    @Test
    void whatIsNoneOfThemIsRefusedWithItsFirstBytes() {
        byte[] source = "hello".getBytes(UTF_8);

        assertThatThrownBy(() -> converter.convert(SourceEncoding.of(source, 0, 5), source, 0, 5))
                .isInstanceOf(UnreadableSourceException.class)
                .hasMessageContaining("5 bytes begins 68 65 6c 6c, which no object does in [JSON, SMILE, CBOR, YAML]");
    }

    /** Whatever the bytes: an object, or an error that says so, and soon. */
    @ParameterizedTest
    @EnumSource(names = "JSON", mode = Mode.EXCLUDE)
    void damagedDocumentsNeverDoMoreThanFail(SourceEncoding encoding) throws Exception {
        byte[] whole = encoding == SourceEncoding.YAML
                ? "---\na: {b: [1, 2.5, \"three\"]}\nc: 'd'\ne: &x 7\nf: *x\n".getBytes(UTF_8)
                : write(encoding, out -> {
                    out.writeStringField("text", "some text");
                    out.writeNumberField("huge", new BigInteger("123456789012345678901234567890"));
                    out.writeNumberField("decimal", new BigDecimal("1.5e-7"));
                    out.writeBinaryField("bytes", new byte[30]);
                });
        Random random = new Random(20261124);

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < 20_000; i++) {
                byte[] damaged = whole.clone();
                for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                    damaged[3 + random.nextInt(damaged.length - 3)] = (byte) random.nextInt();
                }
                try {
                    assertThat(convert(encoding, damaged)).startsWith("{").endsWith("}");
                } catch (UnreadableSourceException expected) {
                    assertThat(expected).hasMessageContaining(encoding.name());
                }
            }
        });
    }

    @Test
    void encodingsAreToldApartByTheirFirstBytes() {
        Stream.of("{}", "  \n\r\t{}", "\uFEFF {}")
                .forEach(json -> assertThat(encoding(json)).isEqualTo(SourceEncoding.JSON));
        Stream.of("", " ", "[1]", "text", ":)", "--", "\uFEFF")
                .forEach(other -> assertThat(encoding(other)).isNull());
    }

    private static Object encoding(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return SourceEncoding.of(bytes, 0, bytes.length);
    }

    private String convert(SourceEncoding encoding, byte[] source) throws UnreadableSourceException {
        converter.convert(encoding, source, 0, source.length);
        return new String(converter.bytes(), 0, converter.length(), UTF_8);
    }

    /** What a document is made of. */
    @FunctionalInterface
    private interface Content {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] write(SourceEncoding encoding, Content content) throws IOException {
        JsonFactory factory = encoding == SourceEncoding.CBOR ? new CBORFactory() : new SmileFactory();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = factory.createGenerator(bytes)) {
            out.writeStartObject();
            content.write(out);
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
