package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallRulesTest {

    private static Step.Call call(String method, String target) {
        return new Step.Call(0, Scope.of(Set.of("books")), method, target, null, ByteString.EMPTY);
    }

    private static @Nullable Ruled judge(Step.Call call, int status, String type, boolean again) {
        String body = "{\"error\":{\"type\":\"%s\",\"reason\":\"because\"},\"status\":%d}".formatted(type, status);
        return CallRules.judge(call, new RawResponse(status, body.getBytes(StandardCharsets.UTF_8)), again);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,    /books,                     400, resource_already_exists_exception, false, SUPERSEDED, already_there",
        "PUT,    /books,                     400, resource_already_exists_exception, true,  APPLIED,    ''",
        "POST,   /latest/_rollover/books-2,  400, resource_already_exists_exception, true,  APPLIED,    ''",
        "DELETE, /books,                     404, index_not_found_exception,         false, APPLIED,    ''",
        "DELETE, /books/_alias/latest,       404, aliases_not_found_exception,       true,  APPLIED,    ''",
        "POST,   /_aliases,                  404, aliases_not_found_exception,       true,  APPLIED,    ''",
        "POST,   /_aliases,                  404, aliases_not_found_exception,       false, FAILED,     aliases_not_found_exception",
        "PUT,    /books/_mapping,            400, illegal_argument_exception,        true,  FAILED,     illegal_argument_exception",
        "PUT,    /books/_mapping,            404, index_not_found_exception,         true,  SUPERSEDED, index_deleted_later",
        "PUT,    /books/_settings,           404, index_not_found_exception,         false, FAILED,     index_not_found_exception",
    })
    void judges(String method, String target, int status, String type, boolean again, Verdict verdict, String rule) {
        assertThat(judge(call(method, target), status, type, again)).isEqualTo(new Ruled(verdict, rule));
    }

    @ParameterizedTest
    @CsvSource({
        "429, circuit_breaking_exception",
        "503, master_not_discovered_exception",
        "500, process_cluster_event_timeout_exception",
        "403, cluster_block_exception"
    })
    void isSentAgain(int status, String type) {
        assertThat(judge(call("PUT", "/books"), status, type, false)).isNull();
    }

    @Test
    void onlyWhatEndsAsItDidAtFirstMayBeDoneTwice() {
        assertThat(CallRules.mayBeDoneTwice(call("PUT", "/books"))).isTrue();
        assertThat(CallRules.mayBeDoneTwice(call("DELETE", "/books"))).isTrue();
        assertThat(CallRules.mayBeDoneTwice(call("POST", "/_aliases"))).isTrue();
        assertThat(CallRules.mayBeDoneTwice(call("POST", "/latest/_rollover/books-2")))
                .isTrue();
        assertThat(CallRules.mayBeDoneTwice(call("POST", "/latest/_rollover"))).isFalse();
    }

    @Test
    void onlyTheDeletionOfAnIndexDeletesIt() {
        assertThat(call("DELETE", "/books?ignore_unavailable=true").deletion().deletes("books"))
                .isTrue();
        assertThat(call("DELETE", "/books/_alias/latest").deletion().isNone()).isTrue();
        assertThat(call("DELETE", "/_template/books").deletion().isNone()).isTrue();
        assertThat(call("PUT", "/books").deletion().isNone()).isTrue();
        assertThat(call("POST", "/_aliases").deletion().isNone()).isTrue();
    }

    @Test
    void definitionsDoNotWaitForABackfill() {
        assertThat(call("PUT", "/_template/x?order=1").waitsForBackfill()).isFalse();
        assertThat(call("PUT", "/_ingest/pipeline/x").waitsForBackfill()).isFalse();
        assertThat(call("POST", "/_aliases").waitsForBackfill()).isTrue();
        assertThat(call("PUT", "/_all/_settings").waitsForBackfill()).isTrue();
        assertThat(call("DELETE", "/books").waitsForBackfill()).isTrue();
    }

    @Test
    void whatMakesAnIndexIsToldFromAllElse() {
        assertThat(CallRules.made(call("PUT", "/b%C3%BCcher"))).contains("bücher");
        assertThat(CallRules.made(call("POST", "/latest/_rollover/books-2"))).contains("books-2");
        assertThat(CallRules.made(call("PUT", "/books/_mapping"))).isEmpty();
        assertThat(CallRules.made(call("PUT", "/_template/x?order=1"))).isEmpty();
        assertThat(CallRules.made(call("DELETE", "/books"))).isEmpty();
    }
}
