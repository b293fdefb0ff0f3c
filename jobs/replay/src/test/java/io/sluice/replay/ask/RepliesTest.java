package io.sluice.replay.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypeRoutes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RepliesTest {

    private static final ByteString SOURCE = ByteString.copyFromUtf8("{ \"a\":1.10}");
    private static final Place PLACE = new Place("books", null, "1", "r");

    private final Replies replies = new Replies(RewriteRules.DEFAULT);

    private static FoundDocument found(long seqNo, long version, @Nullable String routing) {
        return new FoundDocument("books", null, "1", routing, true, seqNo, version, SOURCE, "");
    }

    private static FoundDocument missing() {
        return new FoundDocument("books", null, "1", null, false, -1, -1, null, "");
    }

    private static FoundDocument failed(String error) {
        return new FoundDocument("books", null, "1", null, false, -1, -1, null, error);
    }

    private static RewriteRules fencedBy(FenceKind kind) {
        return rules(kind, IndexNames.ALL, Map.of(), List.of());
    }

    private static RewriteRules rules(
            FenceKind kind, IndexNames names, Map<String, TypeRoutes> routes, List<String> drop) {
        RewriteRules base = RewriteRules.DEFAULT;
        return new RewriteRules(
                names,
                List.of(),
                kind,
                routes,
                base.types(),
                drop,
                base.unrouted(),
                base.aliases(),
                base.pipelined(),
                null,
                true,
                false,
                base.mostBodyBytes());
    }

    private static List<Step.Write> writes(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Documents.class);
        return ((Reply.Documents) reply).writes();
    }

    private static Ruled ruled(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Settled.class);
        return ((Reply.Settled) reply).ruled();
    }

    private static String textOf(Step.Write write) {
        return write.source() == null ? "" : write.source().toStringUtf8();
    }

    @Test
    void aDocumentIsFencedWithItsOwnNumberAndHasItsOwnRouting() {
        assertThat(writes(replies.of(List.of(new Read(PLACE, found(7, 3, "own"), 2, 90)))))
                .containsExactly(new Step.Write(0, "books", "books", null, "1", "own", 7, SOURCE));
        assertThat(writes(new Replies(fencedBy(FenceKind.VERSION))
                        .of(List.of(new Read(PLACE, found(7, 3, "own"), 2, 90)))))
                .containsExactly(new Step.Write(0, "books", "books", null, "1", "own", 3, SOURCE));
    }

    @Test
    void aMissingDocumentIsDeletedWithTheHighestNumberOfItsShard() {
        assertThat(writes(replies.of(List.of(new Read(PLACE, missing(), 2, 90)))))
                .containsExactly(new Step.Write(0, "books", "books", null, "1", "r", 90, null));
    }

    @Test
    void whatTheTargetHasTooMuchIsDeletedThereAboveAllThatWasWrittenToIt() {
        FoundDocument atTarget = new FoundDocument("new", null, "t#1", "r", true, 2, 4, null, "");

        assertThat(writes(replies.gone(atTarget, PLACE, 90)))
                .containsExactly(new Step.Write(0, "new", "books", null, "t#1", "r", 90, null));
        assertThat(writes(new Replies(fencedBy(FenceKind.VERSION)).gone(atTarget, PLACE, SourceIndices.UNKNOWN)))
                .containsExactly(new Step.Write(0, "new", "books", null, "t#1", "r", 5, null));
        assertThat(ruled(replies.gone(atTarget, PLACE, SourceIndices.UNKNOWN)))
                .isEqualTo(new Ruled(Verdict.UNKNOWN, "shard_unknown"));
    }

    @Test
    void aDeleteInAShardWithoutOperationsIsFencedAllTheSame() {
        assertThat(writes(replies.of(List.of(new Read(PLACE, missing(), 2, -1)))))
                .extracting(Step.Write::fence)
                .containsExactly(0L);
    }

    @Test
    void noFenceIsGuessed() {
        assertThat(ruled(replies.of(List.of(new Read(PLACE, missing(), ShardFinder.UNKNOWN, 90)))))
                .isEqualTo(new Ruled(Verdict.UNKNOWN, "shard_unknown"));
        assertThat(replies.of(List.of(new Read(PLACE, missing(), 2, SourceIndices.UNKNOWN))))
                .isInstanceOf(Reply.Again.class);
        assertThat(ruled(replies.of(List.of(new Read(PLACE, found(-1, 3, null), 2, 90)))))
                .isEqualTo(new Ruled(Verdict.UNKNOWN, "source_without_sequence_numbers"));
        assertThat(ruled(new Replies(fencedBy(FenceKind.VERSION)).of(List.of(new Read(PLACE, missing(), 2, 90)))))
                .isEqualTo(new Ruled(Verdict.UNKNOWN, "version_of_delete_unknown"));
    }

    @Test
    void everyPlaceIsWrittenAndOneThatCannotBeReadNowHoldsAll() {
        Place other = new Place("books", null, "1", "0");
        Read here = new Read(PLACE, found(7, 3, "r"), 2, 90);

        assertThat(writes(replies.of(List.of(here, new Read(other, null, 0, 30)))))
                .extracting(Step.Write::routing, Step.Write::fence, Step.Write::source)
                .containsExactly(tuple("r", 7L, SOURCE), tuple("0", 30L, null));
        assertThat(replies.of(List.of(here, new Read(other, failed("no_shard_available_action_exception"), 0, 30))))
                .isInstanceOf(Reply.Again.class);
        assertThat(ruled(replies.of(List.of()))).isEqualTo(new Ruled(Verdict.UNKNOWN, "missing_with_unknown_routing"));
        assertThat(ruled(replies.of(List.of(new Read(PLACE, failed("index_not_found_exception"), 0, 30)))))
                .isEqualTo(new Ruled(Verdict.SKIPPED, "index_gone_at_source"));
    }

    @Test
    void namesTypesAndFieldsFollowTheRules() {
        RewriteRules rules = rules(
                FenceKind.SEQ_NO,
                new IndexNames(List.of("*"), List.of("private"), List.of(new IndexNames.Rename("books", "library"))),
                Map.of("books", new TypeRoutes(Map.of(), true)),
                List.of("a"));
        FoundDocument typed = new FoundDocument("books", "novel", "1", null, true, 7, 3, SOURCE, "");
        Place hidden = new Place("private", null, "1", null);

        assertThat(writes(new Replies(rules).of(List.of(new Read(PLACE, typed, 2, 90)))))
                .singleElement()
                .returns("library", Step.Write::index)
                .returns("novel#1", Step.Write::id)
                .returns("{ }", RepliesTest::textOf);
        assertThat(ruled(new Replies(rules).of(List.of(new Read(hidden, typed, 0, 1)))))
                .isEqualTo(new Ruled(Verdict.SKIPPED, "index_not_chosen"));
    }
}
