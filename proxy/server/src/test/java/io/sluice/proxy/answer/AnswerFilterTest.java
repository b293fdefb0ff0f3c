package io.sluice.proxy.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFilterTest {

    private static final String BULK =
            "{\"took\":3,\"errors\":true,\"items\":[{\"index\":{\"_id\":\"1\",\"status\":201}}]}";
    private static final String ERROR =
            "{\"error\":{\"type\":\"illegal_argument_exception\",\"reason\":\"x\"},\"status\":400}";

    private final CollectedAnswer client = new CollectedAnswer();

    @Test
    void tellsTheLengthOfAShortAnswer() throws IOException {
        filter("errors,items.*.status", 200, Map.of(), BULK.getBytes(UTF_8), 7);

        assertThat(client.text()).isEqualTo("{\"errors\":true,\"items\":[{\"index\":{\"status\":201}}]}");
        assertThat(client.length()).isEqualTo(client.size());
        assertThat(client.ended()).isTrue();
    }

    @Test
    void streamsALongAnswer() throws IOException {
        byte[] bulk = bulkOf(5_000);
        String all = new String(bulk, UTF_8);

        filter("errors,items", 200, Map.of(), bulk, 8192);

        assertThat(client.length()).isEqualTo(AnswerSink.UNKNOWN);
        assertThat(client.text()).isEqualTo("{" + all.substring(all.indexOf("\"errors\"")));
        assertThat(client.ended()).isTrue();
    }

    @Test
    void givesWhatIsReadyBeforeTheAnswerEnds() throws IOException {
        byte[] bulk = bulkOf(5_000);
        try (AnswerFilter filter = filter("errors,items.*._id", 200, Map.of())) {

            filter.append(ByteBuffer.wrap(bulk, 0, bulk.length - 1));

            assertThat(client.size()).isGreaterThan(bulk.length / 10);
            assertThat(client.ended()).isFalse();
        }
    }

    @Test
    void holdsLittleOfALongAnswer() throws IOException {
        String bulk = new String(bulkOf(5_000), UTF_8);
        byte[] next = ("," + bulk.substring(bulk.indexOf('[') + 1, bulk.lastIndexOf(']'))).getBytes(UTF_8);
        DiscardedAnswer discarded = new DiscardedAnswer();
        AskedAnswer asked = asked("items.*.status");
        long before = usedHeap();

        try (AnswerFilter filter =
                asked.filter(200, headers(Map.of()), discarded).orElseThrow()) {
            filter.append(ByteBuffer.wrap("{\"items\":[{}".getBytes(UTF_8)));
            for (int appended = 0; appended < 50 * 1024 * 1024; appended += next.length) {
                filter.append(ByteBuffer.wrap(next));
            }

            assertThat(usedHeap() - before).isLessThan(1024 * 1024);
        }
        assertThat(discarded.bytes).isGreaterThan(5L * 1024 * 1024);
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Counts what it gets. */
    private static final class DiscardedAnswer implements AnswerSink {

        private long bytes;

        @Override
        public void begin(long length) {}

        @Override
        public void bytes(ByteBuffer next) {
            bytes += next.remaining();
        }

        @Override
        public void end() {}
    }

    /** A server's error is not filtered, but an answer of the same status that is none is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "400!{\"error\":{\"type\":\"x\"},\"status\":400}!{\"error\":{\"type\":\"x\"},\"status\":400}",
                "404!{\"error\":\"no such index\",\"status\":404}!{\"error\":\"no such index\",\"status\":404}",
                "409!{ \"error\" : 1 }!{ \"error\" : 1 }",
                "404!{\"_index\":\"a\",\"result\":\"not_found\"}!{\"result\":\"not_found\"}",
                "409!{\"took\":1,\"error\":2,\"result\":3}!{\"result\":3}",
                "200!{\"error\":1,\"result\":2}!{\"result\":2}",
                "404!{}!{}"
            })
    void passesErrorsOnUnfiltered(int status, String answer, String expected) throws IOException {
        filter("result", status, Map.of(), answer.getBytes(UTF_8), 1);

        assertThat(client.text()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "a!{}!{}",
                "a!{ }~!{ }~",
                "a!{\"b\":1}!{}",
                "a!{~  \"b\" : 1~}~!{ }~",
                "a!{~  \"b\" : 1,~  \"a\" : [~    1,~    { }~  ]~}~!{~  \"a\" : [~    1,~    { }~  ]~}~",
                "a!{\"a\":-1.0,\"b\":2}!{\"a\":-1.0}",
                "a.*!{\"a\":{\"x\":1.10,\"y\":1e2},\"b\":2}!{\"a\":{\"x\":1.10,\"y\":1e2}}"
            })
    void keepsLayoutAndNumbers(String filterPath, String answer, String expected) throws IOException {
        filter(filterPath, 200, Map.of(), answer.replace('~', '\n').getBytes(UTF_8), 1);

        assertThat(client.text()).isEqualTo(expected.replace('~', '\n'));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 100_000})
    void takesGzipOffAndPutsItOnAgain(int piece) throws IOException {
        filter("errors", 200, Map.of("Content-Encoding", "gzip"), gzip(BULK.getBytes(UTF_8)), piece);

        assertThat(new GZIPInputStream(new ByteArrayInputStream(client.body())).readAllBytes())
                .asString(UTF_8)
                .isEqualTo("{\"errors\":true}");
        assertThat(client.length()).isEqualTo(client.size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesDeflateOffAndPutsItOnAgain(boolean raw) throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(deflated, new Deflater(6, raw))) {
            out.write(BULK.getBytes(UTF_8));
        }

        filter("errors", 200, Map.of("Content-Encoding", "Deflate"), deflated.toByteArray(), 10);

        assertThat(new InflaterInputStream(new ByteArrayInputStream(client.body())).readAllBytes())
                .asString(UTF_8)
                .isEqualTo("{\"errors\":true}");
    }

    @Test
    void compressesALongAnswerAgain() throws IOException {
        byte[] bulk = bulkOf(50_000);

        filter("errors,items", 200, Map.of("Content-Encoding", "gzip"), gzip(bulk), 8192);

        assertThat(new GZIPInputStream(new ByteArrayInputStream(client.body())).readAllBytes())
                .asString(UTF_8)
                .startsWith("{\"errors\":false,\"items\":[{\"index\"")
                .hasSize(bulk.length - "\"took\":30,".length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "Content-Type!text/html",
                "Content-Type!application/yaml",
                "Content-Type!application/cbor",
                "Content-Encoding!br",
                "Content-Encoding!zstd"
            })
    void doesNotFilterWhatItCannotRead(String header, String value) {
        assertThat(asked("errors").filter(200, headers(Map.of(header, value)), client))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=UTF-8",
                "application/json",
                "Application/JSON",
                "application/vnd.elasticsearch+json;compatible-with=8"
            })
    void filtersJsonUnderAllItsNames(String contentType) {
        Optional<AnswerFilter> filter =
                asked("errors").filter(200, headers(Map.of("Content-Type", contentType)), client);

        assertThat(filter).isPresent();
        filter.get().close();
    }

    @Test
    void givesAnEmptyBodyForAnEmptyBody() throws IOException {
        filter("errors", 200, Map.of("Content-Encoding", "gzip"), new byte[0], 1);

        assertThat(client.body()).isEmpty();
        assertThat(client.length()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"took\":3,\"errors\":tr",
                "{\"took\":3",
                "{",
                "<html>",
                "{\"took\":3}x",
                "{\"took\":3}{}",
                "{\"took\" 3}",
                "nonsense"
            })
    void refusesWhatIsNoWholeDocument(String answer) {
        assertThatThrownBy(() -> filter("errors", 200, Map.of(), answer.getBytes(UTF_8), 4))
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessageStartingWith("Cannot filter the source's answer: at byte ")
                .hasNoCause();
        assertThat(client.ended()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 18, 30})
    void refusesGzipThatIsNotWhole(int missing) throws IOException {
        byte[] zipped = gzip(BULK.getBytes(UTF_8));

        assertThatThrownBy(() -> filter(
                        "errors",
                        200,
                        Map.of("Content-Encoding", "gzip"),
                        Arrays.copyOf(zipped, zipped.length - missing),
                        9))
                .isInstanceOf(UnreadableAnswerException.class);
        assertThat(client.ended()).isFalse();
    }

    @Test
    void refusesAnErrorThatDoesNotBegin() throws IOException {
        try (AnswerFilter filter = filter("errors", 400, Map.of())) {
            ByteBuffer blanks = ByteBuffer.wrap(("{" + " ".repeat(AnswerFilter.HELD_BYTES)).getBytes(UTF_8));

            assertThatThrownBy(() -> filter.append(blanks)).isInstanceOf(UnreadableAnswerException.class);
        }
    }

    @Test
    void refusesGzipThatIsDamaged() throws IOException {
        byte[] zipped = gzip(BULK.getBytes(UTF_8));
        zipped[zipped.length - 6] ^= 1;

        assertThatThrownBy(() -> filter("errors", 200, Map.of("Content-Encoding", "gzip"), zipped, 9))
                .isInstanceOf(UnreadableAnswerException.class);
    }

    @Test
    void givesNothingMoreOnceItIsClosed() throws IOException {
        try (AnswerFilter filter = filter("took", 200, Map.of("Content-Encoding", "gzip"))) {
            filter.append(ByteBuffer.wrap(gzip(BULK.getBytes(UTF_8)), 0, 30));
        }

        assertThat(client.body()).isEmpty();
        assertThat(client.ended()).isFalse();
    }

    @Test
    void passesACompressedErrorOn() throws IOException {
        filter("took", 400, Map.of("Content-Encoding", "gzip"), gzip(ERROR.getBytes(UTF_8)), 3);

        assertThat(new GZIPInputStream(new ByteArrayInputStream(client.body())).readAllBytes())
                .asString(UTF_8)
                .isEqualTo(ERROR);
    }

    private void filter(String filterPath, int status, Map<String, String> headers, byte[] body, int piece)
            throws UnreadableAnswerException {
        try (AnswerFilter filter = filter(filterPath, status, headers)) {
            for (int from = 0; from < body.length; from += piece) {
                filter.append(ByteBuffer.wrap(body, from, Math.min(piece, body.length - from)));
            }
            filter.end();
        }
    }

    private AnswerFilter filter(String filterPath, int status, Map<String, String> headers) {
        return asked(filterPath).filter(status, headers(headers), client).orElseThrow();
    }

    private static AskedAnswer asked(String filterPath) {
        return new AskedAnswer(FilterPaths.parse(filterPath).orElseThrow());
    }

    private static HeaderValues headers(Map<String, String> headers) {
        return name -> headers.containsKey(name)
                ? List.of(headers.get(name))
                : name.equals("Content-Type") ? List.of("application/json; charset=UTF-8") : List.of();
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped)) {
            out.write(body);
        }
        return zipped.toByteArray();
    }

    private static byte[] bulkOf(int items) {
        StringBuilder bulk = new StringBuilder("{\"took\":30,\"errors\":false,\"items\":[");
        for (int item = 0; item < items; item++) {
            bulk.append(item == 0 ? "" : ",")
                    .append("{\"index\":{\"_index\":\"logs\",\"_id\":\"")
                    .append(item)
                    .append(
                            "\",\"_version\":1,\"result\":\"created\",\"_shards\":{\"total\":2,\"successful\":1,\"failed\":0},")
                    .append("\"_seq_no\":7,\"_primary_term\":1,\"status\":201}}");
        }
        return bulk.append("]}").toString().getBytes(UTF_8);
    }
}
