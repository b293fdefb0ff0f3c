package io.sluice.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CapturedPart;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Fragment;
import io.sluice.foreign.Findings.Kind;
import io.sluice.foreign.wire.Observation;
import io.sluice.foreign.wire.TrafficChunk;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports that are built from their public description, and what becomes of them. */
class ForeignCaptureTest {

    private static final int PARTITIONS = 3;
    private static final long BEGIN = Export.SECONDS * 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    @TempDir
    private Path folder;

    private final Export export = new Export();

    private ForeignCapture.Account account;

    private Read read() throws Exception {
        return read(export.packed());
    }

    private Read read(byte[] bytes) throws Exception {
        Path target = folder.resolve("made.capture");
        account = new ForeignCapture(PARTITIONS, false, folder)
                .convert(new ByteArrayInputStream(bytes), target, Map.of());
        Read read = Read.of(target);
        assertThat(read.checker.report().violations()).isEmpty();
        assertThat(folder).as("what was laid aside is gone").isDirectoryNotContaining("glob:**/run-*");
        return read;
    }

    private static String text(CapturedPart part, Function<CapturedPart, ByteString> what) {
        return what.apply(part).toString(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Test
    void aRequestAndItsAnswerBecomeAnExchange() throws Exception {
        export.on("node", "c-1")
                .at(5)
                .request("PUT /books/_doc/1?filter_path=_id HTTP/1.1\r\nAuthorization: Basic c2VjcmV0", "{\"a\":1}")
                .at(9)
                .answer(201, "{}")
                .close()
                .last();

        Read read = read();

        CapturedExchange exchange = read.exchanges.get(0);
        assertThat(read.exchanges).hasSize(1);
        assertThat(exchange.isWhole()).isTrue();
        assertThat(exchange.write()).isTrue();
        assertThat(exchange.answerStripped()).isTrue();
        assertThat(exchange.client()).isEqualTo("c-1");
        assertThat(text(exchange.request(), CapturedPart::head))
                .isEqualTo("PUT /books/_doc/1?filter_path=_id HTTP/1.1\r\nAuthorization: <redacted>\r\n"
                        + "Host: source:9200\r\nContent-Length: 7\r\n\r\n");
        assertThat(text(exchange.request(), CapturedPart::body)).isEqualTo("{\"a\":1}");
        assertThat(text(exchange.answer(), CapturedPart::head)).startsWith("HTTP/1.1 201 Fine\r\n");
        assertThat(exchange.request().ended()).isEqualTo(BEGIN + 5 * MILLI);
        assertThat(exchange.answer().ended()).isEqualTo(BEGIN + 9 * MILLI);
        assertThat(account.findings().counts()).isEmpty();
        assertThat(account.findings().hasLosses()).isFalse();
    }

    @Test
    void bytesAreOneStreamHoweverTheyAreDivided() throws Exception {
        String body = "x".repeat(3 * PartWriter.MOST_BODY / 2);
        export.on("node", "c-1")
                .readSegment("POST /_bulk HTTP/1.1\r\nHost: a\r\nTransfer-Enc")
                .chunk()
                .readSegment("oding: chunked\r\n\r\n5\r\nhel")
                .segmentsEnd()
                .at(3)
                .read("lo\r\n0\r\nTrailer-1: v\r\n\r\n")
                .requestEnd()
                .chunk()
                .writeSegment("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: " + body.length())
                .chunk()
                .writeSegment("\r\n\r\n" + body)
                .segmentsEnd()
                .last();

        Read read = read();

        CapturedExchange exchange = read.exchanges.get(0);
        assertThat(exchange.isWhole()).isTrue();
        assertThat(text(exchange.request(), CapturedPart::body)).isEqualTo("hello");
        assertThat(text(exchange.request(), CapturedPart::trailers)).isEqualTo("Trailer-1: v\r\n");
        assertThat(text(exchange.answer(), CapturedPart::head)).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(text(exchange.answer(), CapturedPart::body)).isEqualTo(body);
        assertThat(account.findings().counts()).isEmpty();
    }

    @Test
    void requestsSentAheadGetTheirOwnAnswers() throws Exception {
        String get = "GET /a/_doc/%d HTTP/1.1\r\nHost: a\r\n\r\n";
        String head = "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n";
        export.on("node", "c-1")
                .read(get.formatted(1) + head + get.formatted(3))
                .requestEnd()
                .requestEnd()
                .requestEnd()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3")
                .last();

        Read read = read();

        assertThat(read.exchanges)
                .extracting(exchange -> text(exchange.answer(), CapturedPart::body))
                .containsExactly("1", "", "3");
        assertThat(read.exchanges).allMatch(CapturedExchange::isWhole);
        assertThat(account.findings().counts()).isEmpty();
    }

    @Test
    void allConnectionsOfAllProxiesStandInTheOrderOfTime() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            long begin = random.nextInt(10_000);
            Export.Connection connection = export.on("node-" + i % 3, "c-" + i).at(begin);
            for (int n = 0; n < 3; n++) {
                connection.request("PUT /a/_doc/" + i + " HTTP/1.1", "{\"at\":" + begin + "}");
                begin += random.nextInt(2_000);
                connection.at(begin).answer(200, "{}");
            }
            connection.last();
        }

        Read read = read();

        assertThat(read.exchanges).hasSize(600).allMatch(CapturedExchange::isWhole);
        assertThat(account.proxies()).isEqualTo(3);
        assertThat(account.connections()).isEqualTo(200);
        long last = read.exchanges.stream()
                .mapToLong(exchange -> exchange.answer().ended())
                .max()
                .orElseThrow();
        assertThat(read.times).hasSize(PARTITIONS);
        assertThat(read.times.values())
                .as("what is promised in the end covers everything")
                .allMatch(time -> time > last);
        assertThat(read.checker.report().heartbeats())
                .as("every 100 ms of 16 s at most, by 3 proxies in 3 partitions")
                .isBetween(9 * 60L, 9 * 170L);
    }

    @Test
    void aLongSilenceIsNotFilledWithHeartbeats() throws Exception {
        export.on("node", "c-1")
                .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                .answer(200, "{}")
                .at(86_400_000)
                .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                .answer(200, "{}")
                .last();

        Read read = read();

        assertThat(read.exchanges).hasSize(2);
        assertThat(read.checker.report().heartbeats()).isLessThan(20);
    }

    @Test
    void whatBeganBeforeTheCaptureIsLeftOutAndNamed() throws Exception {
        export.on("node", "tail")
                .inTheMiddle(4, true, 3)
                .read("rest of a body PUT /a/_doc/9 HTTP/1.1\r\n\r\n")
                .requestEnd()
                .answer(200, "of that")
                .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                .answer(200, "{}")
                .last();
        export.on("node", "answer")
                .inTheMiddle(1, false, 2)
                .answer(200, "of another")
                .request("PUT /a/_doc/2 HTTP/1.1", "{}")
                .answer(200, "{}")
                .last();

        Read read = read();

        assertThat(read.exchanges)
                .hasSize(2)
                .allMatch(CapturedExchange::isWhole)
                .allMatch(
                        exchange -> text(exchange.answer(), CapturedPart::body).equals("{}"));
        assertThat(account.findings().counts()).isEqualTo(Map.of(Kind.BEGUN_BEFORE, 2L));
    }

    @Test
    void aGapEndsWhatIsOpenAndRepeatsAreDropped() throws Exception {
        Export.Connection connection = export.on("node", "c-1");
        connection.request("PUT /a/_doc/1 HTTP/1.1", "{}").answer(200, "{}").chunk();
        TrafficChunk second = connection
                .read("PUT /a/_doc/2 HTTP/1.1\r\nContent-Length: 10\r\n\r\n12345")
                .record(false);
        export.add(second);
        export.add(second);
        connection.read("67890").requestEnd().answer(200, "lost").record(false);
        connection.request("PUT /a/_doc/3 HTTP/1.1", "{}").answer(200, "{}").last();

        Read read = read();

        assertThat(read.exchanges).hasSize(3);
        assertThat(read.exchanges.get(0).isWhole()).isTrue();
        assertThat(read.exchanges.get(1).request().cut()).isEqualTo(Cut.NOT_RECORDED);
        assertThat(text(read.exchanges.get(1).request(), CapturedPart::body)).isEqualTo("12345");
        assertThat(read.exchanges.get(1).answer().cut()).isEqualTo(Cut.NOT_RECORDED);
        assertThat(read.exchanges.get(2).isWhole()).isTrue();
        assertThat(account.findings().counts())
                .isEqualTo(Map.of(Kind.GAPS, 1L, Kind.REPEATED_RECORDS, 1L, Kind.UNFINISHED_EXCHANGES, 1L));
        assertThat(account.findings().named()).contains("line 4: gaps: connection c-1, record 4 follows 2");
    }

    @Test
    void whatIsNoHttpCostsItsRequestOnly() throws Exception {
        export.on("node", "c-1")
                .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                .answer(200, "{}")
                .read("\u0016\u0003\u0001 no HTTP at all\r\n\r\n")
                .read("and more of it")
                .requestEnd()
                .write("garbage")
                .request("PUT /a/_doc/2 HTTP/1.1", "{}")
                .write("HTTP/1.1 oops\r\n\r\n")
                .request("PUT /a/_doc/3 HTTP/1.1", "{}")
                .answer(200, "{}")
                .read("PUT /a/_doc/4 HTTP/1.1\r\nContent-Length: 10\r\n\r\n12")
                .requestEnd()
                .request("PUT /a/_doc/5 HTTP/1.1", "{}")
                .answer(200, "{}")
                .last();

        Read read = read();

        assertThat(read.exchanges)
                .extracting(
                        exchange -> text(exchange.request(), CapturedPart::head).substring(0, 13))
                .containsExactly("PUT /a/_doc/1", "PUT /a/_doc/2", "PUT /a/_doc/3", "PUT /a/_doc/4", "PUT /a/_doc/5");
        assertThat(read.exchanges)
                .extracting(CapturedExchange::isWhole)
                .containsExactly(true, false, true, false, true);
        assertThat(read.exchanges.get(1).answer().cut()).isEqualTo(Cut.NOT_RECORDED);
        assertThat(read.exchanges.get(3).request().cut()).isEqualTo(Cut.NOT_RECORDED);
        assertThat(account.findings().counts()).isEqualTo(Map.of(Kind.NOT_HTTP, 3L, Kind.UNFINISHED_EXCHANGES, 2L));
    }

    @Test
    void ofAConnectionThatEndsInTheMiddleIsSaidWhoLeft() throws Exception {
        export.on("node", "asking")
                .read("PUT /a/_doc/1 HTTP/1.1\r\nContent-Length: 10\r\n\r\n12")
                .close()
                .last();
        export.on("node", "waiting")
                .at(1)
                .request("PUT /a/_doc/2 HTTP/1.1", "{}")
                .close()
                .last();
        export.on("node", "closing")
                .at(2)
                .request("GET /a/_doc/3 HTTP/1.1", "")
                .write("HTTP/1.0 200 OK\r\n\r\nto the end")
                .close()
                .last();
        export.on("node", "cut").at(3).request("PUT /a/_doc/4 HTTP/1.1", "{}").chunk();

        Read read = read();

        assertThat(read.exchanges)
                .extracting(exchange -> exchange.request().cut())
                .containsExactly(Cut.CLIENT_LEFT, Cut.WHOLE, Cut.WHOLE, Cut.WHOLE);
        assertThat(read.exchanges)
                .extracting(exchange -> exchange.answer().cut())
                .containsExactly(Cut.CLIENT_LEFT, Cut.SOURCE_LEFT, Cut.WHOLE, Cut.NOT_RECORDED);
        assertThat(text(read.exchanges.get(2).answer(), CapturedPart::body)).isEqualTo("to the end");
        assertThat(account.findings().counts()).isEqualTo(Map.of(Kind.UNFINISHED_EXCHANGES, 3L));
    }

    @Test
    void suppressedRequestsUnknownObservationsAndTunnelsAreCounted() throws Exception {
        export.on("node", "c-1")
                .read("GET /_cat/indices HTTP/1.1\r\n")
                .dropped()
                .unknown()
                .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                .answer(200, "{}")
                .seeWithoutTime(Observation.newBuilder())
                .request("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: other", "")
                .write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n")
                .read("other bytes")
                .write("other bytes")
                .last();

        Read read = read();

        assertThat(read.exchanges).hasSize(2).allMatch(CapturedExchange::isWhole);
        assertThat(account.findings().counts())
                .isEqualTo(Map.of(
                        Kind.SUPPRESSED_REQUESTS,
                        1L,
                        Kind.UNKNOWN_OBSERVATIONS,
                        2L,
                        Kind.WITHOUT_TIME,
                        1L,
                        Kind.TUNNELS,
                        1L));
    }

    @Test
    void damagedLinesAreCountedAndNamedAndEndNothing() throws Exception {
        export.line("key|not base64 at all!");
        export.line("key|" + java.util.Base64.getEncoder().encodeToString(new byte[] {(byte) 0xff, 1, 2}));
        export.line("node|");
        export.add(TrafficChunk.newBuilder().setNode("node").setNumber(1).build());
        export.on("node", "c-1")
                .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                .answer(200, "{}")
                .last();

        Read read = read();

        assertThat(read.exchanges).hasSize(1);
        assertThat(account.lines()).isEqualTo(5);
        assertThat(account.findings().counts())
                .isEqualTo(Map.of(Kind.UNREADABLE_LINES, 2L, Kind.RECORDS_WITHOUT_TRAFFIC, 2L));
        assertThat(account.findings().named()).anyMatch(name -> name.startsWith("line 1: unreadable_lines: no base64"));
        assertThat(account.findings().named()).anyMatch(name -> name.startsWith("line 2: unreadable_lines: no record"));
        assertThat(account.findings().hasLosses()).isTrue();
    }

    @Test
    void aFileThatWasCutGivesWhatItHolds() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            export.on("node", "c-" + i)
                    .at(i)
                    .request("PUT /a/_doc/1 HTTP/1.1", "{\"a\":\"" + random.nextLong() + "\"}")
                    .answer(200, "{}")
                    .last();
        }
        byte[] packed = export.packed();

        Read read = read(Arrays.copyOf(packed, packed.length / 2));

        assertThat(read.exchanges).hasSizeBetween(100, 400).allMatch(CapturedExchange::isWhole);
        assertThat(account.findings().count(Kind.CUT_FILES)).isEqualTo(1);
    }

    @Test
    void anExportThatWasUnpackedIsReadToo() throws Exception {
        export.on("node", "c-1")
                .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                .answer(200, "{}")
                .last();

        assertThat(read(export.plain()).exchanges).hasSize(1);
        assertThat(read("nothing\nof use".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).records)
                .isZero();
        assertThat(account.exchanges()).isZero();
        assertThat(read(new byte[0]).records).isZero();
    }

    @Test
    void ofTooManyConnectionsTheOneThatWasSilentForLongestIsLeftAlone() throws Exception {
        Findings findings = new Findings();
        List<Fragment> fragments = new ArrayList<>();
        Connections connections = new Connections(
                PARTITIONS,
                new Heads(false),
                findings,
                (proxy, partition, time, fragment) -> fragments.add(fragment),
                2);
        Export.Connection first = export.on("node", "first");
        connections.record(
                1, first.request("PUT /a/_doc/1 HTTP/1.1", "{}").record(false).toByteArray());
        connections.record(2, request("second").toByteArray());
        connections.record(3, first.answer(200, "{}").record(false).toByteArray());

        connections.record(4, request("third").toByteArray());

        assertThat(findings.named())
                .containsExactly(
                        "line 4: crowded_out: connection second", "line 2: unfinished_exchanges: connection second");
        assertThat(fragments).last().matches(fragment -> fragment.getConnection() == 3, "the third is read");
    }

    private TrafficChunk request(String connection) {
        return export.on("node", connection)
                .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                .record(false);
    }

    /** Bytes of real records that were changed at random: whatever comes of them, the capture that is made keeps its contract. */
    @Test
    void nothingOfAFileEndsTheReading() throws Exception {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            Export fuzzed = new Export();
            Export.Connection connection = fuzzed.on("node", "c-1");
            for (TrafficChunk chunk : List.of(
                    connection
                            .request("PUT /a/_doc/1 HTTP/1.1", "{}")
                            .answer(200, "{}")
                            .record(false),
                    connection
                            .request("HEAD /a HTTP/1.1", "")
                            .write("HTTP/1.1 200 OK\r\n\r\n")
                            .record(false),
                    connection
                            .read("POST /_bulk HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
                            .requestEnd()
                            .answer(200, "{}")
                            .record(true))) {
                byte[] bytes = chunk.toByteArray();
                for (int change = random.nextInt(4); change > 0; change--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                fuzzed.line("c-1|" + java.util.Base64.getEncoder().encodeToString(bytes));
            }

            Read read = read(fuzzed.packed());

            boolean all =
                    read.exchanges.stream().filter(CapturedExchange::isWhole).count() == 3;
            assertThat(all || !account.findings().counts().isEmpty() || read.exchanges.size() >= 3)
                    .as(
                            "seed %d: %s, %s",
                            seed, read.exchanges, account.findings().named())
                    .isTrue();
        }
    }
}
