package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.source.IndexPoint;
import io.sluice.source.IndexPoint.Shard;
import io.sluice.verify.Points.Point;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PointsTest {

    private static final Point BOOKS = point("u", "h", 7);

    private static Point point(String uuid, String history, long checkpoint) {
        return new Point(uuid, new IndexPoint(Map.of(0, new Shard(history, checkpoint))));
    }

    private static Points points(Point source, Point target) {
        return new Points("rules", Map.of("books", source), Map.of("books", target));
    }

    private static VerifyPlan plan(Points noted) {
        List<Part.Shard> shards = List.of(new Part.Shard("books", 0, 10));
        return new VerifyPlan(
                        List.of(new Part(0, shards, shards, 3, 3)),
                        List.of(new VerifyPlan.Pair("books", "books")),
                        List.of(),
                        List.of(),
                        List.of(),
                        Paging.SCROLL,
                        Paging.SCROLL,
                        true)
                .noting(noted);
    }

    @Test
    void theIdsOfTheRestAreReadBeforeWhatWasWrittenBehindThePointSoThatNoneIsInNeither() {
        VerifyPlan since = plan(points(BOOKS, point("v", "i", 99))).since(points(BOOKS, point("v", "i", 40)));

        assertThat(since.readWhole()).isEmpty();
        assertThat(since.describe()).endsWith("books/0<=7 books/0>7 - books/0<=40 books/0>40 ; ");
        assertThat(since.pageSize("books")).as("of those with sources").isEqualTo(10);
    }

    @Test
    void anIndexThatIsNotTheOneThatWasVerifiedIsReadWhole() {
        VerifyPlan plan = plan(points(BOOKS, BOOKS));

        for (Points other : List.of(
                points(point("made anew", "h", 7), BOOKS),
                points(point("u", "restored", 7), BOOKS),
                points(point("u", "h", 8), BOOKS),
                points(BOOKS, point("made anew", "h", 7)),
                new Points("rules", Map.of("books", BOOKS), Map.of()))) {
            VerifyPlan since = plan.since(other);
            assertThat(since.readWhole()).containsExactly("books");
            assertThat(since.parts()).isEqualTo(plan.parts());
        }
    }

    @Test
    void anIndexOfElasticsearch5HasNoNumbers() {
        assertThat(plan(points(BOOKS, BOOKS)).withoutNumbers()).isEmpty();
        assertThat(plan(new Points("rules", Map.of(), Map.of("books", BOOKS))).withoutNumbers())
                .containsExactly("books");
    }

    @Test
    void laterOnesReplaceEarlierOfTheSameRulesAndAreKept() {
        Points before = new Points("rules", Map.of("books", BOOKS, "notes", BOOKS), Map.of("books", BOOKS));
        Points later = points(point("u", "h", 8), BOOKS);

        Points both = before.with(later);

        assertThat(both.atSource()).isEqualTo(Map.of("books", point("u", "h", 8), "notes", BOOKS));
        assertThat(Points.of(both.toJson())).isEqualTo(both);
        assertThat(before.with(new Points("others", Map.of(), Map.of())).atSource())
                .isEmpty();
    }

    @Test
    void noDocumentIsMetByOneThatWasNotRead() throws Exception {
        Seen unchanged = Seen.unchanged(1, "books", null);
        CanonicalHash hash = new CanonicalHash();
        hash.ofDocument(ByteString.copyFromUtf8("{}"));
        Seen read = new Seen(hash.high(), hash.low(), false, 1, "books", null);

        assertThat(unchanged.isMetBy(Seen.unchanged(2, "books", null))).isTrue();
        assertThat(unchanged.isMetBy(read)).isFalse();
        assertThat(read.isMetBy(unchanged)).isFalse();
        assertThat(read.isMetBy(new Seen(0, 0, true, 1, "books", null))).isFalse();
    }
}
