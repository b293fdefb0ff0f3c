package io.sluice.replay.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.route.Types;
import io.sluice.replay.names.NameEffects;
import io.sluice.transform.DataStreams;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no write to a document that the request names. */
class RouteRewriteTest {

    private static final String DONE = "{\"acknowledged\":true}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT /logs?wait_for_active_shards=2|{}|call [logs] PUT /logs {}",
                "PUT /logs|{\"settings\":{\"number_of_shards\":3,\"refresh_interval\":\"1s\",\"index\":{\"blocks\":{\"write\":true}}}}"
                        + "|call [logs] PUT /logs {\"settings\":{\"index.number_of_shards\":3}}",
                "PUT /logs?include_type_name=true|{\"mappings\":{\"event\":{\"dynamic\":true,\"properties\":{\"a\":{\"type\":\"long\"}}}}}"
                        + "|call [logs] PUT /logs {\"mappings\":{\"dynamic\":true,\"properties\":{\"a\":{\"type\":\"long\"}}}}",
                "DELETE /logs,books|``|call [books, logs] DELETE /logs,books",
                "DELETE /logs-*|``|call all DELETE /logs-*",
                "DELETE /_all|``|UNKNOWN delete_everything",
                "DELETE /*,-a|``|UNKNOWN delete_everything",
                "POST /_aliases|{\"actions\":[{\"remove_index\":{\"index\":\"*\"}}]}|UNKNOWN delete_everything",
                "DELETE /l*?master_timeout=1s&expand_wildcards=all|``|call all DELETE /l*?expand_wildcards=all",
                "POST /logs/_close|``|call [logs] POST /logs/_close",
                "POST /_open|``|call all POST /_all/_open",
                "PUT /logs/_mapping/event?timeout=1s|{\"event\":{\"properties\":{\"a\":{\"type\":\"long\"}}}}"
                        + "|call [logs] PUT /logs/_mapping {\"properties\":{\"a\":{\"type\":\"long\"}}}",
                "PUT /logs/_mapping|{\"properties\":{\"a\":{\"type\":\"long\"}}}"
                        + "|call [logs] PUT /logs/_mapping {\"properties\":{\"a\":{\"type\":\"long\"}}}",
                "PUT /logs/_settings|{\"index\":{\"mapping\":{\"total_fields\":{\"limit\":9}},\"number_of_replicas\":1}}"
                        + "|call [logs] PUT /logs/_settings {\"index.mapping.total_fields.limit\":9}",
                "PUT /logs/_settings|{\"index.refresh_interval\":\"-1\"}|SKIPPED settings_not_mirrored",
                "PUT /logs/_alias/now|{\"routing\":\"r\"}|call [logs] PUT /logs/_alias/now {\"routing\":\"r\"}",
                "DELETE /logs/_alias/now|``|call [logs] DELETE /logs/_alias/now",
                "POST /_aliases|{\"actions\":[{\"add\":{\"index\":\"logs\",\"alias\":\"a\"}},{\"remove_index\":{\"indices\":[\"old\"]}}]}"
                        + "|call [logs, old] POST /_aliases {\"actions\":[{\"add\":{\"alias\":\"a\",\"indices\":[\"logs\"]}},{\"remove_index\":{\"indices\":[\"old\"]}}]}",
                "POST /_aliases|{\"actions\":[{\"remove\":{\"index\":\"l*\",\"alias\":\"a\"}}]}"
                        + "|call all POST /_aliases {\"actions\":[{\"remove\":{\"alias\":\"a\",\"indices\":[\"l*\"]}}]}",
                "PUT /_index_template/t?create=true&cause=x|{\"index_patterns\":[\"l*\"]}"
                        + "|call all PUT /_index_template/t {\"index_patterns\":[\"l*\"]}",
                "PUT /_template/t?order=2|{\"template\":\"l*\",\"settings\":{\"number_of_replicas\":0,\"lifecycle.name\":\"x\"},\"mappings\":{\"_doc\":{\"properties\":{}}}}"
                        + "|call all PUT /_template/t?order=2 {\"settings\":{\"index.number_of_replicas\":0},\"mappings\":{\"properties\":{}},\"index_patterns\":[\"l*\"]}",
                "PUT /_index_template/t|{\"index_patterns\":[\"l*\"],\"template\":{\"settings\":{\"index.mode\":\"logsdb\"}},\"allow_auto_create\":true}"
                        + "|call all PUT /_index_template/t {\"index_patterns\":[\"l*\"],\"template\":{\"settings\":{}}}",
                "DELETE /_template/t|``|call all DELETE /_template/t",
                "PUT /_ingest/pipeline/p|{\"processors\":[]}|call all PUT /_ingest/pipeline/p {\"processors\":[]}",
                "PUT /_scripts/s|{\"script\":{\"lang\":\"painless\",\"source\":\"1\"}}"
                        + "|call all PUT /_scripts/s {\"script\":{\"lang\":\"painless\",\"source\":\"1\"}}",
                "PUT /_cluster/settings|{}|SKIPPED not_mirrored",
                "POST /logs/_refresh|``|SKIPPED upkeep",
                "POST /_forcemerge|``|SKIPPED upkeep",
                "POST /_data_stream/_modify|{}|SKIPPED data_stream",
                "PUT /_data_stream/d|``|call [d] PUT /_data_stream/d",
                "DELETE /_data_stream/d,e-*|``|call all DELETE /_data_stream/d,e-*",
                "DELETE /_data_stream/*|``|UNKNOWN delete_everything",
                "PUT /_index_template/t|{\"index_patterns\":[\"l*\"],\"data_stream\":{}}"
                        + "|call all PUT /_index_template/t {\"index_patterns\":[\"l*\"],\"_meta\":{\"sluice\":{\"data_stream\":{}}}}",
                "PUT /_nobody/knows|{}|SKIPPED unknown_route",
                "PUT /logs/_block/write|``|SKIPPED not_mirrored_index_operation",
                "DELETE /<logs-{now}>|``|UNKNOWN date_math",
                "PUT /_security/user/u|{}|SKIPPED not_mirrored",
                "POST /_monitoring/bulk|{}|SKIPPED not_mirrored"
            })
    void indexWideRequestsAreCallsOrNamed(String line, String body, String expected) {
        assertThat(Exchanges.of(line, body, 200, DONE).rewritten()).containsExactly(expected);
    }

    @Test
    void aQueryIsSentWithoutCharactersThatAUrlMayNotHave() {
        assertThat(Exchanges.of("GET /logs/_search?q=a|b%20{c}&size=100%", "", 200, DONE)
                        .rewritten())
                .containsExactly("read GET /logs/_search?q=a%7Cb%20%7Bc%7D&size=100%25");
    }

    @Test
    void callsWithoutSuccessAreNotRepeated() {
        Exchanges create = Exchanges.of("PUT /logs", "{}", 400, "{}");
        assertThat(create.rewritten()).containsExactly("REFUSED_AT_SOURCE refused");
        assertThat(create.unanswered().rewritten()).containsExactly("UNKNOWN index_operation_unknown_outcome");
    }

    @Test
    void anIndexThatWasMadeByDateHasTheAnswersName() {
        assertThat(Exchanges.of(
                                "PUT /%3Clogs-%7Bnow%2Fd%7D%3E",
                                "", 200, "{\"acknowledged\":true,\"index\":\"logs-2026.11.30\"}")
                        .rewritten())
                .containsExactly("call [logs-2026.11.30] PUT /logs-2026.11.30 {}");
    }

    @Test
    void aRolloverOfADataStreamMakesWhatTheSourceHas() {
        String answer = "{\"old_index\":\".ds-l-000001\",\"new_index\":\".ds-l-000002\",\"rolled_over\":true}";
        assertThat(Exchanges.of("POST /l/_rollover", "", 200, answer).rewritten())
                .containsExactly("call [.ds-l-000002, l] PUT /_data_stream/l/.ds-l-000002");
    }

    @Test
    void aDataStreamIsCalledAsAtTheTargetAndTouchesItsIndices() {
        IndexNames names = new IndexNames(
                        List.of("logs"), List.of(), List.of(new IndexNames.Rename("logs", "old-logs")))
                .with(new DataStreams(Map.of(".ds-logs-000001", "logs", ".ds-other-000001", "other"), false));
        RewriteRules rules = ChangedRules.withStreams(names);

        assertThat(Exchanges.of("PUT /logs/_mapping", "{\"properties\":{}}", 200, DONE)
                        .rewritten(rules))
                .containsExactly("call [.ds-old-logs-000001, old-logs] PUT /old-logs/_mapping {\"properties\":{}}");
        assertThat(Exchanges.of("PUT /other/_mapping", "{\"properties\":{}}", 200, DONE)
                        .rewritten(rules))
                .containsExactly("SKIPPED index_not_chosen");
        assertThat(Exchanges.of("GET /logs/_search", "", 200, DONE).rewritten(rules))
                .containsExactly("read GET /old-logs/_search");
        assertThat(Exchanges.of("PUT /logs/_create/1", "{}", 201, """
                                {"_index":".ds-logs-000002","_id":"1","_version":1,"_seq_no":4,"_primary_term":1,"result":"created"}""").rewritten(rules))
                .singleElement()
                .asString()
                .contains(".ds-old-logs-000002/1");
    }

    @Test
    void aRolloverIsRepeatedWithoutItsConditions() {
        String body = "{\"conditions\":{\"max_docs\":1},\"aliases\":{\"x\":{}}}";
        String answer = "{\"acknowledged\":true,\"old_index\":\"l-1\",\"new_index\":\"l-2\",\"rolled_over\":%s}";
        assertThat(Exchanges.of("POST /l/_rollover", body, 200, answer.formatted("true"))
                        .rewritten())
                .containsExactly("call [l-1, l-2] POST /l/_rollover/l-2 {\"aliases\":{\"x\":{}}}");
        assertThat(Exchanges.of("POST /l/_rollover", body, 200, answer.formatted("false"))
                        .rewritten())
                .containsExactly("REFUSED_AT_SOURCE not_rolled_over");
    }

    @Test
    void writesByQueryAreSwept() {
        String done = "{\"took\":1,\"timed_out\":false,\"total\":%d,\"deleted\":%1$d,\"failures\":[]}";
        assertThat(Exchanges.of("POST /logs,books/_delete_by_query", "{}", 200, done.formatted(3))
                        .rewritten())
                .containsExactly("sweep -logs BY_QUERY", "sweep -books BY_QUERY");
        assertThat(Exchanges.of("POST /logs/_delete_by_query", "{}", 200, done.formatted(0))
                        .rewritten())
                .containsExactly("REFUSED_AT_SOURCE noop");
        assertThat(Exchanges.of("POST /logs/_update_by_query", "{}", 409, "{}").rewritten())
                .containsExactly("sweep +-logs BY_QUERY");
        String updated = "{\"timed_out\":false,\"total\":3,\"updated\":3,\"deleted\":0,\"failures\":[]}";
        assertThat(Exchanges.of("POST /logs*,-logs-1/_update_by_query", "{}", 200, updated)
                        .rewritten())
                .containsExactly("sweep +logs* BY_QUERY");
        assertThat(Exchanges.of(
                                "POST /_reindex?wait_for_completion=false",
                                "{\"source\":{\"index\":\"a\"},\"dest\":{\"index\":\"b\"}}",
                                200,
                                "{\"task\":\"n:1\"}")
                        .rewritten())
                .containsExactly("sweep +-b BY_QUERY n:1");
        assertThat(Exchanges.of("POST /a/_shrink/b", "", 200, DONE).rewritten()).containsExactly("sweep +b COPIED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET /logs/_count?scroll=1m&q=a|``|read GET /logs/_count?q=a",
                "POST /logs/event/_search?ignore_throttled=true|{}|read POST /logs/_search {}",
                "GET /logs/event/1?routing=r|``|read GET /logs/_doc/1?routing=r",
                "GET /logs/_doc/1|``|read GET /logs/_doc/1",
                "HEAD /logs/event/1|``|read HEAD /logs/_doc/1",
                "GET /logs/event/1/_source|``|read GET /logs/_source/1",
                "GET /logs/_doc/1/_source|``|read GET /logs/_source/1",
                "GET /logs/event/1/_termvector|``|read GET /logs/_termvectors/1",
                "GET /logs/_explain/1|{}|read GET /logs/_explain/1 {}",
                "GET /logs/_mapping/event?include_type_name=true|``|read GET /logs/_mapping",
                "GET /_mget|{\"docs\":[{\"_index\":\"logs\",\"_type\":\"event\",\"_id\":\"1\"}]}"
                        + "|read GET /_mget {\"docs\":[{\"_index\":\"logs\",\"_id\":\"1\"}]}",
                "GET /l*/_count|``|read GET /l*/_count",
                "GET /logs|``|read GET /logs",
                "POST /logs/_async_search|{}|SKIPPED async_search_unfinished",
                "GET /_async_search/x|``|SKIPPED async_search_unfinished",
                "GET /_async_search/status/x|``|SKIPPED read_not_mirrored",
                "POST /_msearch|`{}\n{\"pit\":{\"id\":\"x\"}}`|SKIPPED cursor_in_msearch",
                "GET /_sql/async/x|``|SKIPPED read_not_mirrored",
                "GET /_cat/indices|``|SKIPPED read_not_mirrored",
                "GET /_license|``|SKIPPED read_not_mirrored",
                "GET /logs/event/1/_mlt|``|SKIPPED read_unknown_to_target"
            })
    void readsAreTheTargets(String line, String body, String expected) {
        RewriteRules d = RewriteRules.DEFAULT;
        RewriteRules rules = new RewriteRules(
                d.names(),
                d.fences(),
                d.fence(),
                d.routes(),
                Types.MANY,
                d.drop(),
                d.unrouted(),
                d.aliases(),
                d.effects(),
                null,
                true,
                false,
                d.mostBodyBytes());
        assertThat(Exchanges.of(line, body, 200, "{}").rewritten(rules)).containsExactly(expected);
    }

    @Test
    void linesOfSearchesKeepTheirSearches() {
        IndexNames names =
                new IndexNames(List.of("*"), List.of(), List.of(new IndexNames.Rename("logs*", "old-logs*")));
        RewriteRules rules = new RewriteRules(
                names,
                List.of(),
                FenceKind.SEQ_NO,
                Map.of(),
                Types.NONE,
                List.of(),
                Set.of(),
                Set.of(),
                NameEffects.NONE,
                null,
                true,
                false,
                1 << 20);
        String lines = "{\"index\":[\"logs\",\"l*\"],\"type\":\"a\"}\n{ \"size\":1.0}\n\n{\"index\":\"logs\"}\n";
        assertThat(Exchanges.of("POST /_msearch", lines, 200, "{}").rewritten(rules))
                .containsExactly(
                        "read POST /_msearch {\"index\":[\"old-logs\",\"l*\"]}\n{ \"size\":1.0}\n{}\n{\"index\":\"logs\"}");
        assertThat(Exchanges.of("POST /_msearch", "nonsense", 200, "{}").rewritten(rules))
                .containsExactly("SKIPPED read_body_unreadable");
    }

    @Test
    void namesAreTheTargetsAndPatternsAreNotGuessed() {
        IndexNames names =
                new IndexNames(List.of("*"), List.of("tmp*"), List.of(new IndexNames.Rename("logs*", "old-logs*")));
        RewriteRules rules = new RewriteRules(
                names,
                List.of(),
                FenceKind.SEQ_NO,
                Map.of(),
                Types.NONE,
                List.of(),
                Set.of(),
                Set.of("now"),
                NameEffects.NONE,
                null,
                true,
                false,
                1 << 20);
        assertThat(Exchanges.of("DELETE /logs,tmp", "", 200, DONE).rewritten(rules))
                .containsExactly("call [old-logs] DELETE /old-logs");
        assertThat(Exchanges.of("DELETE /tmp", "", 200, DONE).rewritten(rules))
                .containsExactly("SKIPPED index_not_chosen");
        assertThat(Exchanges.of("DELETE /l*", "", 200, DONE).rewritten(rules))
                .containsExactly("UNKNOWN pattern_with_other_names");
        assertThat(Exchanges.of("GET /logs/_search", "", 200, DONE).rewritten(rules))
                .containsExactly("read GET /old-logs/_search");
        assertThat(Exchanges.of("PUT /now/_mapping", "{\"properties\":{}}", 200, DONE)
                        .rewritten(RewriteRules.DEFAULT))
                .containsExactly("call [now] PUT /now/_mapping {\"properties\":{}}");
    }
}
