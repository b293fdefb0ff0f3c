package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.transform.IndexNames;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads that open cursors, go on with them and close them. */
class CursorRewriteTest {

    private static final String SCROLL = "{\"_scroll_id\":\"next\",\"took\":1,\"hits\":{\"hits\":[]}}";
    private static final String SEARCH = "{\"pit_id\":\"next\",\"took\":1,\"hits\":{\"hits\":[]}}";

    /** One line for each: what is sent, with a star for the hole, and whose cursor it is. */
    private static List<String> shown(Exchanges exchange) {
        Rewritten rewritten = new Rewriter(RewriteRules.DEFAULT).rewrite(exchange.captured());
        List<String> lines = new ArrayList<>();
        for (Step step : rewritten.steps()) {
            lines.add(shown((Step.Read) step));
        }
        rewritten.settled().forEach(settled -> lines.add(settled.kind() + " " + settled.rule()));
        return lines;
    }

    private static String shown(Step.Read read) {
        Cursor cursor = read.cursor();
        if (cursor == null) {
            return Exchanges.shown(read);
        }
        String body = read.body().toStringUtf8();
        String filled =
                cursor.hole() < 0 ? body : body.substring(0, cursor.hole()) + "*" + body.substring(cursor.hole());
        return "%s %s%s, %s of %s gives %s for %d ms%s %s"
                .formatted(
                        read.method(),
                        read.target(),
                        filled.isEmpty() ? "" : " " + filled,
                        cursor.role(),
                        name(cursor.root()),
                        name(cursor.given()),
                        cursor.keepMillis(),
                        cursor.reason().isEmpty() ? "" : " but " + cursor.reason(),
                        cursor.matter());
    }

    private static String name(@Nullable UUID digest) {
        for (String id : List.of("first", "next", "other")) {
            if (Cursor.digest(id).equals(digest)) {
                return id;
            }
        }
        return "nothing";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST /logs/_search?scroll=2m&size=3&include_type_name=true|{\"sort\":[\"n\"]}"
                        + "|POST /logs/_search?scroll=2m&size=3 {\"sort\":[\"n\"]}, OPENS of next gives nothing for 120000 ms ALL",
                "GET /logs/_search?scroll=30s&sort=n:asc|``"
                        + "|GET /logs/_search?scroll=30s&sort=n:asc, OPENS of next gives nothing for 30000 ms ALL",
                "GET /logs/_search?scroll=1h&sort=_doc|``"
                        + "|GET /logs/_search?scroll=1h&sort=_doc, OPENS of next gives nothing for 3600000 ms NUMBER_OF_HITS",
                "GET /logs/_search?scroll=1m|{\"sort\":{\"_doc\":{\"order\":\"asc\"}}}"
                        + "|GET /logs/_search?scroll=1m {\"sort\":{\"_doc\":{\"order\":\"asc\"}}}, OPENS of next gives nothing for 60000 ms NUMBER_OF_HITS",
                "GET /logs/_search/template?scroll=1m|{\"id\":\"t\"}"
                        + "|GET /logs/_search/template?scroll=1m {\"id\":\"t\"}, OPENS of next gives nothing for 60000 ms NUMBER_OF_HITS",
                "GET /logs/_search?search_type=scan&scroll=1m|``|SKIPPED read_unknown_to_target",
                "POST /_search/scroll|{\"scroll\":\"1m\",\"scroll_id\":\"first\"}"
                        + "|POST /_search/scroll {\"scroll\":\"1m\",\"scroll_id\":*}, GOES_ON of first gives next for 60000 ms ALL",
                "GET /_search/scroll?scroll_id=first&rest_total_hits_as_int=true|``"
                        + "|POST /_search/scroll?rest_total_hits_as_int=true {\"scroll_id\":*}, GOES_ON of first gives next for -1 ms ALL",
                "GET /_search/scroll/first?scroll=1m|``"
                        + "|POST /_search/scroll {\"scroll\":\"1m\",\"scroll_id\":*}, GOES_ON of first gives next for 60000 ms ALL",
                "GET /_search/scroll?scroll=1m|first"
                        + "|POST /_search/scroll {\"scroll\":\"1m\",\"scroll_id\":*}, GOES_ON of first gives next for 60000 ms ALL",
                "GET /_search/scroll|``|SKIPPED cursor_not_named",
                "POST /_search/scroll|{\"scroll_id\":|SKIPPED read_body_unreadable",
                "DELETE /_search/scroll/_all|``|SKIPPED closes_all_cursors",
                "DELETE /_search/scroll|{\"scroll_id\":[\"_all\"]}|SKIPPED closes_all_cursors",
                "DELETE /_search/point_in_time/_all|``|SKIPPED closes_all_cursors",
                "GET /_search/point_in_time|``|SKIPPED read_not_mirrored"
            })
    void scrolls(String line, String body, String expected) {
        assertThat(shown(Exchanges.of(line, body, 200, SCROLL))).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST /_search|{\"pit\":{\"id\":\"first\",\"keep_alive\":\"1m\"},\"sort\":[{\"n\":\"asc\"}],\"search_after\":[ 1.10 ]}"
                        + "|POST /_search {\"pit\":{\"id\":*,\"keep_alive\":\"1m\"},\"sort\":[{\"n\":\"asc\"}],\"search_after\":[ 1.10 ]}, GOES_ON of first gives next for 60000 ms ALL",
                // The source adds the place in its shards, which no other has.
                "POST /_search|{\"pit\":{\"id\":\"first\"},\"search_after\":[\"ä\", 4294967298 ],\"sort\":\"n\"}"
                        + "|POST /_search {\"pit\":{\"id\":*},\"search_after\":[\"ä\" ],\"sort\":\"n\"}, GOES_ON of first gives next for -1 ms ALL",
                "GET /_search|{\"search_after\":[1,2,3],\"sort\":{\"a\":\"asc\",\"b\":\"asc\"},\"pit\":{\"keep_alive\":\"1m\",\"id\":\"first\"}}"
                        + "|GET /_search {\"search_after\":[1,2],\"sort\":{\"a\":\"asc\",\"b\":\"asc\"},\"pit\":{\"keep_alive\":\"1m\",\"id\":*}}, GOES_ON of first gives next for 60000 ms ALL",
                "POST /_search|{\"pit\":{\"id\":\"first\"}}"
                        + "|POST /_search {\"pit\":{\"id\":*}}, GOES_ON of first gives next for -1 ms NUMBER_OF_HITS",
                "POST /_search|{\"pit\":{\"id\":\"first\"},\"slice\":{\"id\":0,\"max\":2},\"sort\":[\"n\"]}"
                        + "|POST /_search {\"pit\":{\"id\":*},\"slice\":{\"id\":0,\"max\":2},\"sort\":[\"n\"]}, GOES_ON of first gives next for -1 ms STATUS",
                "POST /_search|{\"pit\":{\"id\":\"first\"},\"search_after\":[1,2]}|SKIPPED page_by_place",
                "POST /_search|{\"pit\":{\"id\":\"first\"},\"sort\":[\"_shard_doc\"]}|SKIPPED page_by_place",
                "POST /_search|{\"query\":{\"pit\":{\"id\":\"first\"}}}|read POST /_search {\"query\":{\"pit\":{\"id\":\"first\"}}}"
            })
    void searchesOfPointsInTime(String line, String body, String expected) {
        assertThat(shown(Exchanges.of(line, body, 200, SEARCH))).containsExactly(expected);
    }

    @Test
    void pointsInTimeAreOpenedAndClosedAsTheTargetDoesIt() {
        assertThat(shown(Exchanges.of(
                        "POST /logs/_pit?keep_alive=1m&ignore_throttled=true", "", 200, "{\"id\":\"first\"}")))
                .containsExactly(
                        "POST /logs/_search/point_in_time?keep_alive=1m, OPENS of first gives nothing for 60000 ms STATUS");
        assertThat(shown(Exchanges.of(
                        "POST /logs/_search/point_in_time?keep_alive=1m", "", 200, "{\"pit_id\":\"first\"}")))
                .containsExactly(
                        "POST /logs/_search/point_in_time?keep_alive=1m, OPENS of first gives nothing for 60000 ms STATUS");
        assertThat(shown(Exchanges.of("POST /logs/_pit?keep_alive=9d", "", 400, "{\"error\":{}}")))
                .as("refused, so nobody goes on with it")
                .containsExactly(
                        "POST /logs/_search/point_in_time?keep_alive=9d, OPENS of nothing gives nothing for 777600000 ms STATUS");
        assertThat(shown(Exchanges.of("DELETE /_pit", "{\"id\":\"first\"}", 200, "{\"succeeded\":true}")))
                .containsExactly(
                        "DELETE /_search/point_in_time {\"pit_id\":[*]}, CLOSES of first gives nothing for -1 ms STATUS");
    }

    @Test
    void ofThoseThatAreClosedTogetherEachIsAStep() {
        String first = "DELETE /_search/scroll {\"scroll_id\":[*]}, CLOSES of first gives nothing for -1 ms STATUS";
        assertThat(shown(Exchanges.of("DELETE /_search/scroll", "{\"scroll_id\":[\"first\",\"other\"]}", 200, "{}")))
                .containsExactly(first, first.replace("first", "other"));
        assertThat(shown(Exchanges.of("DELETE /_search/scroll/first,other", "", 200, "{}")))
                .containsExactly(first, first.replace("first", "other"));
        assertThat(shown(Exchanges.of("DELETE /_search/scroll", "{\"scroll_id\":\"first\"}", 404, "{}")))
                .containsExactly(first.replace("ms", "ms but cursor_gone_at_source"));
    }

    @Test
    void whereTheSourceFailedItIsNotKnownWhereItsScrollStands() {
        Exchanges page = Exchanges.of("POST /_search/scroll", "{\"scroll_id\":\"first\"}", 503, "{}");
        String closed =
                "DELETE /_search/scroll {\"scroll_id\":[*]}, CLOSES of first gives nothing for -1 ms but %s STATUS";
        assertThat(shown(page)).containsExactly(closed.formatted("source_failed"));
        assertThat(shown(page.unanswered())).containsExactly(closed.formatted("no_answer_of_the_source"));
        assertThat(shown(Exchanges.of("POST /_search/scroll", "{\"scroll_id\":\"first\"}", 404, "{}")))
                .containsExactly(closed.formatted("cursor_gone_at_source"));
        assertThat(shown(Exchanges.of("POST /_search", "{\"pit\":{\"id\":\"first\"}}", 503, "{}")))
                .as("a point in time stands where it stood")
                .containsExactly("SKIPPED source_failed");
    }

    @Test
    void anAnswerThatIsTooLongIsNotComparedButFollowed() throws Exception {
        String hits = "x".repeat(ReadAnswers.MOST_BYTES);
        byte[] answer = SCROLL.replace("[]", "[\"%s\"]".formatted(hits)).getBytes(UTF_8);
        byte[] request = "{\"scroll_id\":\"first\"}".getBytes(UTF_8);
        Exchanges page = Exchanges.of("POST /_search/scroll", "", 200, "");
        String followed =
                "POST /_search/scroll {\"scroll_id\":*}, GOES_ON of first gives next for -1 ms but read_answer_not_held ALL";

        assertThat(shown(page.withBodies("", request, "", answer))).containsExactly(followed);
        assertThat(shown(page.withBodies(
                        "", request, "Content-Encoding: gzip\r\n", DocumentRewriteTest.gzipped(answer))))
                .containsExactly(followed);
    }

    private static String async(String flags, String total) {
        return "{\"id\":\"first\",%s,\"response\":{\"took\":1.10,\"hits\":{\"total\":%s}},\"expiration_time_in_millis\":1}"
                .formatted(flags, total);
    }

    private static final String RUNNING = async("\"is_partial\":true,\"is_running\":true", "7");
    private static final String DONE = async("\"is_partial\":false,\"is_running\":false", "7");

    @Test
    void anAsynchronousSearchIsASearchWhenItIsSubmittedAndItsAnswerIsTheSourcesLastOne() {
        String submission =
                "POST /logs/_async_search?wait_for_completion_timeout=1s&keep_on_completion=true&keep_alive=1h&q=a";
        String search = "POST /logs/_search?q=a {}, OPENS of first gives nothing for 3600000 ms%s ALL";

        assertThat(shown(Exchanges.of(submission, "{}", 200, RUNNING)))
                .containsExactly(search.formatted(" but async_search_unfinished"));
        assertThat(shown(Exchanges.of(submission, "{}", 200, DONE))).containsExactly(search.formatted(""));
        assertThat(shown(Exchanges.of("POST /_async_search", "{}", 200, DONE.replace("\"id\":\"first\",", ""))))
                .as("whoever has the answer asks no more")
                .containsExactly("read POST /_search {}");
        assertThat(shown(Exchanges.of("GET /_async_search/first", "", 200, RUNNING)))
                .containsExactly("SKIPPED async_search_unfinished");
        assertThat(shown(Exchanges.of("GET /_async_search/first?keep_alive=2h", "", 200, DONE)))
                .containsExactly("GET /_async_search, GOES_ON of first gives nothing for 7200000 ms ALL");
        assertThat(shown(Exchanges.of("GET /_async_search/first", "", 404, "{}")))
                .containsExactly("SKIPPED cursor_gone_at_source");
        assertThat(shown(Exchanges.of("DELETE /_async_search/first", "", 200, "{\"acknowledged\":true}")))
                .containsExactly(
                        "DELETE /_async_search, CLOSES of first gives nothing for -1 ms but async_search_ended ALL");
    }

    @Test
    void thatAnswerIsComparedByteForByteWithoutWhatIsAroundIt() {
        Rewritten rewritten = new Rewriter(RewriteRules.DEFAULT)
                .rewrite(Exchanges.of("GET /_async_search/first", "", 200, DONE).captured());

        assertThat(((Step.Read) rewritten.steps().get(0)).answer().body().toStringUtf8())
                .isEqualTo("{\"took\":1.10,\"hits\":{\"total\":7}}");
    }

    @Test
    void aSourceThatCountsAllHitsWantsThemCountedAtTheTarget() {
        String many = async("\"is_partial\":true,\"is_running\":true", "{\"value\":10001,\"relation\":\"gte\"}");

        assertThat(shown(Exchanges.of("POST /logs/_async_search", "{}", 200, many)))
                .singleElement()
                .asString()
                .startsWith("POST /logs/_search?track_total_hits=true {}");
        assertThat(shown(Exchanges.of("POST /logs/_async_search?q=a", "{\"track_total_hits\":5}", 200, many)))
                .singleElement()
                .asString()
                .startsWith("POST /logs/_search?q=a {");
    }

    @Test
    void thePluginOfOpenSearchNamesTheIndexInAParameterAndTheStateByAWord() {
        RewriteRules rules = ChangedRules.withNames(
                new IndexNames(List.of("*"), List.of(), List.of(new IndexNames.Rename("logs", "old-logs"))));
        String succeeded = async("\"state\":\"SUCCEEDED\"", "7");

        assertThat(Exchanges.of("POST /_plugins/_asynchronous_search?index=logs&keep_alive=1d", "{}", 200, succeeded)
                        .rewritten(rules))
                .containsExactly("read POST /old-logs/_search {}");
        assertThat(shown(Exchanges.of("GET /_plugins/_asynchronous_search/first", "", 200, succeeded)))
                .singleElement()
                .asString()
                .contains("GOES_ON of first");
        assertThat(shown(Exchanges.of(
                        "GET /_opendistro/_asynchronous_search/first", "", 200, async("\"state\":\"RUNNING\"", "7"))))
                .containsExactly("SKIPPED async_search_unfinished");
    }

    @Test
    void namesAreTheTargets() {
        RewriteRules rules = ChangedRules.withNames(
                new IndexNames(List.of("*"), List.of(), List.of(new IndexNames.Rename("logs", "old-logs"))));
        assertThat(Exchanges.of("POST /logs/_pit?keep_alive=1m", "", 200, "{\"id\":\"first\"}")
                        .rewritten(rules))
                .containsExactly("read POST /old-logs/_search/point_in_time?keep_alive=1m");
        assertThat(Exchanges.of("GET /logs/_search?scroll=1m", "", 200, SCROLL).rewritten(rules))
                .containsExactly("read GET /old-logs/_search?scroll=1m");
    }

    @Test
    void aHeadTellsWhatMayBeOfACursor() {
        for (String line : List.of(
                "GET /a/_search?scroll=1m",
                "DELETE /_search/scroll",
                "POST /a/_pit?keep_alive=1m",
                "GET /_async_search/x",
                "POST /_plugins/_asynchronous_search",
                "POST /_search?size=1")) {
            assertThat(Cursor.mayConcern(ByteString.copyFromUtf8(line + " HTTP/1.1\r\n\r\n")))
                    .as("%s", line)
                    .isTrue();
        }
        for (String line : List.of("GET /a/_search", "GET /a/_doc/1", "nonsense")) {
            assertThat(Cursor.mayConcern(ByteString.copyFromUtf8(line + " HTTP/1.1\r\n\r\n")))
                    .as("%s", line)
                    .isFalse();
        }
    }

    @Test
    void timesAreThoseOfTheServers() {
        assertThat(List.of(
                        CursorIds.millis("90s"),
                        CursorIds.millis("1d"),
                        CursorIds.millis("5ms"),
                        CursorIds.millis("soon")))
                .containsExactly(90_000L, 86_400_000L, 5L, -1L);
        assertThat(CursorIds.millis(null)).isEqualTo(-1);
    }
}
