package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sluice.capture.route.Types;
import io.sluice.replay.names.NameEffects;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypeRoutes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentRewriteTest {

    private static final String ANSWER =
            "{\"_index\":\"logs\",\"_type\":\"_doc\",\"_id\":\"%s\",\"_version\":3,\"result\":\"created\",\"_seq_no\":7,\"_primary_term\":1}";
    private static final String SOURCE = "{\"a\":1.10}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /logs/_doc/1",
                "POST /logs/_doc/1?refresh=wait_for&timeout=1s",
                "PUT /logs/_doc/1?op_type=create",
                "PUT /logs/_create/1",
                "POST /logs/_doc/1/_create",
                "PUT /logs/event/1",
                "PUT /logs/event/1/_create",
                "POST /logs/_doc",
                "POST /logs/event",
                "PUT http://source:9200/logs/_doc/1/",
                "PUT /logs/_doc/1?version=9&version_type=external",
                "PUT /logs/_doc/1?if_seq_no=3&if_primary_term=1&pipeline=_none",
            })
    void everyFormOfIndexBecomesOneFencedWrite(String line) {
        assertThat(Exchanges.of(line, SOURCE, 201, ANSWER.formatted("1")).rewritten())
                .containsExactly("write logs/1 @7 " + SOURCE);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT /logs/_doc/1?routing=r%2F1&parent=p, r/1",
        "PUT /logs/event/1?parent=p, p",
        "PUT /logs/_doc/1?routing=a&routing=b+c, b c",
        "PUT /alias/_doc/1?routing=x, x"
    })
    void routingIsTheRequests(String line, String routing) {
        assertThat(Exchanges.of(line, SOURCE, 200, ANSWER.formatted("1")).rewritten())
                .containsExactly("write logs/1?%s @7 %s".formatted(routing, SOURCE));
    }

    @Test
    void idsAreTheAnswers() {
        assertThat(Exchanges.of("PUT /logs/_doc/a%2Fb+%C3%A9", SOURCE, 201, ANSWER.formatted("a/b+é"))
                        .rewritten())
                .containsExactly("write logs/a/b+é @7 " + SOURCE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT /logs/_doc/1|400|REFUSED_AT_SOURCE refused",
                "PUT /logs/_create/1|409|REFUSED_AT_SOURCE refused_conflict",
                "PUT /logs/_doc/1?if_seq_no=1&if_primary_term=1|409|REFUSED_AT_SOURCE refused_conflict",
                "POST /logs/_update/1|404|REFUSED_AT_SOURCE refused_not_found",
                "PUT /logs/_doc/1|429|REFUSED_AT_SOURCE refused_too_many",
                "PUT /logs/_doc/1|503|ask logs~/1 UNKNOWN_OUTCOME",
                "DELETE /logs/_doc/1|504|ask logs~/1 UNKNOWN_OUTCOME",
                "POST /logs/_doc|500|UNKNOWN generated_id_unknown",
            })
    void whatTheSourceDidNotDoIsNotDone(String line, int status, String expected) {
        assertThat(Exchanges.of(line, SOURCE, status, "{\"error\":{\"type\":\"x\"},\"status\":" + status + "}")
                        .rewritten())
                .containsExactly(expected);
    }

    @Test
    void deletesAreKeptThoughNothingWasThere() {
        String found =
                "{\"_index\":\"logs\",\"_id\":\"1\",\"_version\":4,\"result\":\"deleted\",\"_seq_no\":8,\"_primary_term\":1}";
        assertThat(Exchanges.of("DELETE /logs/_doc/1", "", 200, found).rewritten())
                .containsExactly("delete logs/1 @8");
        assertThat(Exchanges.of("DELETE /logs/_doc/1", "", 404, found.replace("deleted", "not_found"))
                        .rewritten())
                .containsExactly("delete logs/1 @8");
        assertThat(Exchanges.of("DELETE /logs/_doc/1", "", 404, "{\"error\":{\"type\":\"index_not_found_exception\"}}")
                        .rewritten())
                .containsExactly("REFUSED_AT_SOURCE refused_not_found");
    }

    @Test
    void updatesAreAskedForUnlessTheyChangedNothing() {
        Exchanges update =
                Exchanges.of("POST /logs/_update/1?routing=r", "{\"doc\":{\"a\":2}}", 200, ANSWER.formatted("1"));
        assertThat(update.rewritten()).containsExactly("ask logs/1?r UPDATE");
        assertThat(Exchanges.of(
                                "POST /logs/event/1/_update",
                                "{}",
                                200,
                                ANSWER.formatted("1").replace("created", "noop"))
                        .rewritten())
                .containsExactly("REFUSED_AT_SOURCE noop");
    }

    @Test
    void whatCannotBeToldIsAskedForOrNamed() {
        Exchanges put = Exchanges.of("PUT /logs/_doc/1", SOURCE, 201, ANSWER.formatted("1"));
        assertThat(put.unanswered().rewritten()).containsExactly("ask logs~/1 UNKNOWN_OUTCOME");
        assertThat(put.unanswered().rewritten(withoutSource())).containsExactly("UNKNOWN unknown_outcome");
        assertThat(put.refusedByProxy().rewritten()).containsExactly("REFUSED_AT_SOURCE refused_by_proxy");
        assertThat(put.cutRequest().rewritten()).containsExactly("ask logs/1 UNKNOWN_OUTCOME");
        assertThat(Exchanges.of("PUT /logs/_doc/1?filter_path=result", SOURCE, 201, "{\"result\":\"created\"}")
                        .stripped()
                        .rewritten())
                .containsExactly("ask logs~/1 ANSWER_STRIPPED");
        assertThat(Exchanges.of("PUT /logs/_doc/1?pipeline=p", SOURCE, 201, ANSWER.formatted("1"))
                        .rewritten())
                .containsExactly("ask logs/1 PIPELINE");
        assertThat(Exchanges.of("PUT /alias/_doc/1", SOURCE, 201, ANSWER.formatted("1"))
                        .rewritten())
                .containsExactly("ask logs/1 ROUTING_UNKNOWN");
        assertThat(Exchanges.of("PUT /logs/_doc/1", "nonsense", 201, ANSWER.formatted("1"))
                        .rewritten())
                .containsExactly("ask logs/1 UNREAD_FORM");
    }

    @Test
    void aliasesWithoutRoutingAndStreamsAreKnown() {
        RewriteRules rules = rules(IndexNames.ALL, FenceKind.SEQ_NO, Map.of(), Set.of("alias"), null);
        assertThat(Exchanges.of("PUT /alias/_doc/1", SOURCE, 201, ANSWER.formatted("1"))
                        .rewritten(rules))
                .containsExactly("write logs/1 @7 " + SOURCE);
        String stream = ".ds-events-2026.11.30-000001";
        assertThat(Exchanges.of(
                                "POST /events/_doc",
                                SOURCE,
                                201,
                                ANSWER.formatted("x").replace("\"logs\"", "\"" + stream + "\""))
                        .rewritten())
                .containsExactly("write %s/x @7 %s".formatted(stream, SOURCE));
    }

    @Test
    void oldAnswersHaveVersionsAndNoResults() {
        RewriteRules rules = rules(IndexNames.ALL, FenceKind.VERSION, Map.of(), Set.of(), null);
        assertThat(Exchanges.of(
                                "PUT /logs/event/1",
                                SOURCE,
                                201,
                                "{\"_index\":\"logs\",\"_type\":\"event\",\"_id\":\"1\",\"_version\":1,\"created\":true}")
                        .rewritten(rules))
                .containsExactly("write logs/1 @1 " + SOURCE);
        assertThat(Exchanges.of(
                                "DELETE /logs/event/1",
                                "",
                                404,
                                "{\"found\":false,\"_index\":\"logs\",\"_type\":\"event\",\"_id\":\"1\",\"_version\":2}")
                        .rewritten(rules))
                .containsExactly("delete logs/1 @2");
    }

    @Test
    void namesAndTypesAreTheTargets() {
        IndexNames names =
                new IndexNames(List.of("*"), List.of("tmp-*"), List.of(new IndexNames.Rename("logs*", "old-logs*")));
        TypeRoutes split = new TypeRoutes(Map.of("event", "old-logs-event"), false);
        String typed = ANSWER.formatted("1").replace("_doc", "event");
        Exchanges put = Exchanges.of("PUT /logs/event/1", SOURCE, 201, typed);
        assertThat(put.rewritten(rules(names, FenceKind.SEQ_NO, Map.of(), Set.of(), null)))
                .containsExactly("write old-logs/1 @7 " + SOURCE);
        assertThat(put.rewritten(rules(names, FenceKind.NONE, Map.of("logs", split), Set.of(), null)))
                .containsExactly("write old-logs-event/1 @-1 " + SOURCE);
        assertThat(put.rewritten(
                        rules(names, FenceKind.SEQ_NO, Map.of("logs", new TypeRoutes(Map.of(), true)), Set.of(), null)))
                .containsExactly("write old-logs/event#1 @7 " + SOURCE);
        assertThat(Exchanges.of("PUT /tmp-1/_doc/1", SOURCE, 201, typed.replace("\"logs\"", "\"tmp-1\""))
                        .rewritten(rules(names, FenceKind.SEQ_NO, Map.of(), Set.of(), null)))
                .containsExactly("SKIPPED index_not_chosen");
    }

    @Test
    void whatTheSnapshotHoldsIsNotWrittenButDeletesAre() {
        Exchanges put = Exchanges.of("PUT /logs/_doc/1", SOURCE, 201, ANSWER.formatted("1"));
        Exchanges delete = Exchanges.of("DELETE /logs/_doc/1", "", 200, ANSWER.formatted("1"));
        SnapshotMark later = new SnapshotMark(Map.of(Exchanges.RUN, 2_000_001L), Map.of("logs", 0L), Set.of());
        SnapshotMark sooner = new SnapshotMark(Map.of(Exchanges.RUN, 2_000_000L), Map.of("logs", 0L), Set.of());
        SnapshotMark other = new SnapshotMark(Map.of(Exchanges.RUN, 2_000_001L), Map.of("books", 0L), Set.of("logs"));
        SnapshotMark anew = new SnapshotMark(Map.of(), Map.of("logs", 3L), Set.of());
        assertThat(put.rewritten(marked(later))).containsExactly("IN_SNAPSHOT in_snapshot");
        assertThat(delete.rewritten(marked(later))).containsExactly("delete logs/1 @7");
        for (SnapshotMark none : List.of(sooner, other, new SnapshotMark(Map.of(), Map.of("logs", 0L), Set.of()))) {
            assertThat(put.rewritten(marked(none))).containsExactly("write logs/1 @7 " + SOURCE);
        }
        assertThat(delete.rewritten(marked(anew))).containsExactly("ask logs/1 INDEX_CHANGED");
        SnapshotMark gone = new SnapshotMark(Map.of(Exchanges.RUN, 2_000_001L), Map.of("books", 0L), Set.of());
        assertThat(put.rewritten(marked(gone))).containsExactly("SKIPPED index_gone_before_snapshot");
        assertThat(delete.rewritten(marked(gone))).containsExactly("SKIPPED index_gone_before_snapshot");
    }

    @Test
    void whatWasDoneToIndicesBeforeTheSnapshotShowsInIt() {
        SnapshotMark later = new SnapshotMark(Map.of(Exchanges.RUN, 2_000_001L), Map.of("logs", 0L), Set.of());
        SnapshotMark sooner = new SnapshotMark(Map.of(Exchanges.RUN, 2_000_000L), Map.of("logs", 0L), Set.of());
        Exchanges delete = Exchanges.of("DELETE /logs", "", 200, "{\"acknowledged\":true}");
        Exchanges template = Exchanges.of("PUT /_template/t", "{\"index_patterns\":[\"l*\"]}", 200, "{}");

        assertThat(delete.rewritten(marked(later))).containsExactly("IN_SNAPSHOT in_snapshot");
        assertThat(delete.rewritten(marked(sooner))).singleElement().asString().doesNotContain("IN_SNAPSHOT");
        assertThat(template.rewritten(marked(later))).singleElement().asString().doesNotContain("IN_SNAPSHOT");
    }

    @Test
    void bodiesComeInEveryFormAndEncoding() throws IOException {
        byte[] answer = ANSWER.formatted("1").getBytes(UTF_8);
        byte[] source = SOURCE.getBytes(UTF_8);
        Exchanges put = Exchanges.of("PUT /logs/_doc/1", "", 201, "");
        String gzip = "content-encoding: gzip\r\n";
        String deflate = "Content-Encoding:deflate\r\n";
        for (Exchanges form : List.of(
                put.withBodies(gzip, gzipped(source), gzip, gzipped(answer)),
                put.withBodies(deflate, deflated(source), deflate, deflated(answer)))) {
            assertThat(form.rewritten()).containsExactly("write logs/1 @7 " + SOURCE);
        }
        for (ObjectMapper form : List.of(
                new ObjectMapper(new SmileFactory()),
                new ObjectMapper(new CBORFactory()),
                new ObjectMapper(new YAMLFactory()))) {
            byte[] sent = form.writeValueAsBytes(Map.of("a", 1.5));
            byte[] got = form.writeValueAsBytes(Map.of("_index", "logs", "_id", "1", "_seq_no", 7));
            assertThat(put.withBodies("", sent, "", got).rewritten()).containsExactly("write logs/1 @7 {\"a\":1.5}");
        }
    }

    @Test
    void aBodyThatGrowsBeyondTheLimitIsNotHeld() throws IOException {
        byte[] bomb = gzipped(new byte[RewriteRules.MOST_BODY_BYTES / 16]);
        RewriteRules small = ChangedRules.withMostBodyBytes(1 << 20);
        Exchanges put = Exchanges.of("PUT /logs/_doc/1", "", 201, "")
                .withBodies(
                        "Content-Encoding: gzip\r\n",
                        bomb,
                        "",
                        ANSWER.formatted("1").getBytes(UTF_8));
        assertThat(put.rewritten(small)).containsExactly("ask logs/1 UNKNOWN_OUTCOME");
    }

    @Test
    void aWriteSaysWhichAliasItWentThroughAndWhenItWasAnswered() {
        RewriteRules rules = ChangedRules.withAliases(Set.of("alias"));
        Exchanges through = Exchanges.of("PUT /alias/_doc/1", SOURCE, 201, ANSWER.formatted("1"));
        Exchanges plain = Exchanges.of("PUT /logs/_doc/1", SOURCE, 201, ANSWER.formatted("1"));

        assertThat(new Rewriter(rules).rewrite(through.captured()).steps())
                .singleElement()
                .isInstanceOfSatisfying(Step.Write.class, write -> {
                    assertThat(write.via()).isEqualTo("alias");
                    assertThat(write.answered()).isEqualTo(2_000_000);
                });
        assertThat(new Rewriter(rules).rewrite(plain.captured()).steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Write.class, write -> assertThat(write.via()).isNull());
    }

    @Test
    void fieldsAreDropped() {
        RewriteRules d = RewriteRules.DEFAULT;
        RewriteRules rules = new RewriteRules(
                d.names(),
                d.fences(),
                d.fence(),
                d.routes(),
                d.types(),
                List.of("secret"),
                d.unrouted(),
                d.aliases(),
                d.effects(),
                null,
                true,
                false,
                d.mostBodyBytes());
        assertThat(Exchanges.of("PUT /logs/_doc/1", "{\"a\":1.10,\"secret\":2}", 201, ANSWER.formatted("1"))
                        .rewritten(rules))
                .containsExactly("write logs/1 @7 " + SOURCE);
    }

    /** At the target there is no index of its name, and what is not there would count as deleted. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE /logs",
                "DELETE /books,logs",
                "DELETE /lo*",
                "PUT /logs",
                "PUT /logs/_settings",
                "POST /logs/_close"
            })
    void nobodyKnowsWhatAnOperationOnAnIndexWhoseTypesGoApartDoes(String request) throws Exception {
        Map<String, TypeRoutes> split = Map.of("logs", new TypeRoutes(Map.of("event", "logs-event"), false));
        RewriteRules rules = rules(IndexNames.ALL, FenceKind.SEQ_NO, split, Set.of(), null);

        assertThat(Exchanges.of(request, "{}", 200, "{\"acknowledged\":true}").rewritten(rules))
                .containsExactly("UNKNOWN split_index_operation");
    }

    private static RewriteRules rules(
            IndexNames names,
            FenceKind fence,
            Map<String, TypeRoutes> routes,
            Set<String> unrouted,
            SnapshotMark mark) {
        return new RewriteRules(
                names,
                List.of(),
                fence,
                routes,
                Types.NONE,
                List.of(),
                unrouted,
                Set.of(),
                NameEffects.NONE,
                mark,
                true,
                false,
                1 << 20);
    }

    private static RewriteRules marked(SnapshotMark mark) {
        return rules(IndexNames.ALL, FenceKind.SEQ_NO, Map.of(), Set.of(), mark);
    }

    private static RewriteRules withoutSource() {
        RewriteRules d = RewriteRules.DEFAULT;
        return new RewriteRules(
                d.names(),
                d.fences(),
                d.fence(),
                d.routes(),
                d.types(),
                d.drop(),
                d.unrouted(),
                d.aliases(),
                d.effects(),
                null,
                false,
                false,
                d.mostBodyBytes());
    }

    static byte[] gzipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] deflated(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(out)) {
            deflate.write(bytes);
        }
        return out.toByteArray();
    }
}
