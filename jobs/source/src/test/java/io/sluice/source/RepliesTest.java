package io.sluice.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.CarryRules;
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

    private final Replies replies = new Replies(CarriedAs.DEFAULT);

    private static FoundDocument found(long seqNo, long version, @Nullable String routing) {
        return new FoundDocument("books", null, "1", routing, true, seqNo, 1, version, SOURCE, "");
    }

    private static FoundDocument missing() {
        return new FoundDocument("books", null, "1", null, false, -1, -1, -1, null, "");
    }

    private static FoundDocument failed(String error) {
        return new FoundDocument("books", null, "1", null, false, -1, -1, -1, null, error);
    }

    private static CarryRules fencedBy(FenceKind kind) {
        return rules(kind, IndexNames.ALL, Map.of(), List.of());
    }

    private static CarryRules rules(
            FenceKind kind, IndexNames names, Map<String, TypeRoutes> routes, List<String> drop) {
        return new CarriedAs(names, List.of(), kind, routes, drop, false);
    }

    private static List<FencedWrite> writes(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Documents.class);
        return ((Reply.Documents) reply).writes();
    }

    private static Unwritten ruled(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Settled.class);
        return ((Reply.Settled) reply).why();
    }

    private static String textOf(FencedWrite write) {
        return write.source() == null ? "" : write.source().toStringUtf8();
    }

    @Test
    void aDocumentIsFencedWithItsOwnNumberAndHasItsOwnRouting() {
        assertThat(writes(replies.of(List.of(new Read(PLACE, found(7, 3, "own"), 2, 90)))))
                .containsExactly(new FencedWrite("books", "books", null, "1", "own", 7, SOURCE));
        assertThat(writes(new Replies(fencedBy(FenceKind.VERSION))
                        .of(List.of(new Read(PLACE, found(7, 3, "own"), 2, 90)))))
                .containsExactly(new FencedWrite("books", "books", null, "1", "own", 3, SOURCE));
    }

    @Test
    void aDocumentWithoutARoutingIsNotGivenTheOneThatItWasFoundUnder() {
        assertThat(writes(replies.of(List.of(new Read(PLACE, found(7, 3, null), 2, 90)))))
                .containsExactly(new FencedWrite("books", "books", null, "1", null, 7, SOURCE));
        assertThat(writes(new Replies(fencedBy(FenceKind.VERSION))
                        .of(List.of(new Read(PLACE, found(-1, 3, null), 2, 90)))))
                .as("old servers do not tell it")
                .containsExactly(new FencedWrite("books", "books", null, "1", "r", 3, SOURCE));
    }

    @Test
    void aMissingDocumentIsDeletedWithTheHighestNumberOfItsShard() {
        assertThat(writes(replies.of(List.of(new Read(PLACE, missing(), 2, 90)))))
                .containsExactly(new FencedWrite("books", "books", null, "1", "r", 90, null));
    }

    @Test
    void whatTheTargetHasTooMuchIsDeletedThereAboveAllThatWasWrittenToIt() {
        FoundDocument atTarget = new FoundDocument("new", null, "t#1", "r", true, 2, 1, 4, null, "");

        assertThat(writes(replies.gone(atTarget, PLACE, 90)))
                .containsExactly(new FencedWrite("new", "books", null, "t#1", "r", 90, null));
        assertThat(writes(new Replies(fencedBy(FenceKind.VERSION)).gone(atTarget, PLACE, SourceIndices.UNKNOWN)))
                .containsExactly(new FencedWrite("new", "books", null, "t#1", "r", 5, null));
        assertThat(ruled(replies.gone(atTarget, PLACE, SourceIndices.UNKNOWN)))
                .isEqualTo(Unwritten.unknown("shard_unknown"));
    }

    @Test
    void aDeleteInAShardWithoutOperationsIsFencedAllTheSame() {
        assertThat(writes(replies.of(List.of(new Read(PLACE, missing(), 2, -1)))))
                .extracting(FencedWrite::fence)
                .containsExactly(0L);
    }

    @Test
    void noFenceIsGuessed() {
        assertThat(ruled(replies.of(List.of(new Read(PLACE, missing(), ShardFinder.UNKNOWN, 90)))))
                .isEqualTo(Unwritten.unknown("shard_unknown"));
        assertThat(replies.of(List.of(new Read(PLACE, missing(), 2, SourceIndices.UNKNOWN))))
                .isInstanceOf(Reply.Again.class);
        assertThat(ruled(replies.of(List.of(new Read(PLACE, found(-1, 3, null), 2, 90)))))
                .isEqualTo(Unwritten.unknown("source_without_sequence_numbers"));
        assertThat(ruled(new Replies(fencedBy(FenceKind.VERSION)).of(List.of(new Read(PLACE, missing(), 2, 90)))))
                .isEqualTo(Unwritten.unknown("version_of_delete_unknown"));
    }

    @Test
    void everyPlaceIsWrittenAndOneThatCannotBeReadNowHoldsAll() {
        Place other = new Place("books", null, "1", "0");
        Read here = new Read(PLACE, found(7, 3, "r"), 2, 90);

        assertThat(writes(replies.of(List.of(here, new Read(other, null, 0, 30)))))
                .extracting(FencedWrite::routing, FencedWrite::fence, FencedWrite::source)
                .containsExactly(tuple("r", 7L, SOURCE), tuple("0", 30L, null));
        assertThat(replies.of(List.of(here, new Read(other, failed("no_shard_available_action_exception"), 0, 30))))
                .isInstanceOf(Reply.Again.class);
        assertThat(ruled(replies.of(List.of()))).isEqualTo(Unwritten.unknown("missing_with_unknown_routing"));
        assertThat(ruled(replies.of(List.of(new Read(PLACE, failed("index_not_found_exception"), 0, 30)))))
                .isEqualTo(Unwritten.notNeeded("index_gone_at_source"));
    }

    @Test
    void namesTypesAndFieldsFollowTheRules() {
        CarryRules rules = rules(
                FenceKind.SEQ_NO,
                new IndexNames(List.of("*"), List.of("private"), List.of(new IndexNames.Rename("books", "library"))),
                Map.of("books", new TypeRoutes(Map.of(), true)),
                List.of("a"));
        FoundDocument typed = new FoundDocument("books", "novel", "1", null, true, 7, 1, 3, SOURCE, "");
        Place hidden = new Place("private", null, "1", null);

        assertThat(writes(new Replies(rules).of(List.of(new Read(PLACE, typed, 2, 90)))))
                .singleElement()
                .returns("library", FencedWrite::index)
                .returns("novel#1", FencedWrite::id)
                .returns("{ }", RepliesTest::textOf);
        assertThat(ruled(new Replies(rules).of(List.of(new Read(hidden, typed, 0, 1)))))
                .isEqualTo(Unwritten.notNeeded("index_not_chosen"));
    }
}
