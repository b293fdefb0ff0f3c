package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With shards in memory: {@code DeltaTest} has real ones. */
class ShardDeltaTest {

    private static final KnownOperations KNOWN = new KnownOperations(9, 1);

    /** Of the base: {@code _0} is thinned, {@code _1} left, {@code _2} is the same. */
    private final MemoryShard base = new MemoryShard()
            .with("_0", "a:0", "b:1", "c:2", "d:3")
            .with("_1", "e:4", "f:5", "g:6", "h:7")
            .with("_2", "i:8");

    /** {@code d} was written again, {@code f} and {@code h} only moved. */
    private final MemoryShard later = new MemoryShard()
            .with("_0", "a:0", "", "", "")
            .with("_3", "f:5", "d:10", "h:7", "j:11")
            .with("_2", "i:8");

    @Test
    void findsWhatIsGoneWhateverABatchHolds() throws IOException {
        for (int most = 1; most <= 5; most++) {
            assertThat(gone(KNOWN, 0, 9, most)).as("batches of %d", most).containsExactly("1 b", "2 c", "4 e", "6 g");
        }
    }

    @Test
    void goesOnFromAnyDocument() throws IOException {
        assertThat(gone(KNOWN, 2, 9, 2)).containsExactly("2 c", "4 e", "6 g");
        assertThat(gone(KNOWN, 3, 6, 2)).containsExactly("4 e");
        assertThat(gone(KNOWN, 9, 9, 2)).isEmpty();
    }

    @Test
    void findsTheSameByIdsAloneWhereNothingIsKnownOfOperations() throws IOException {
        assertThat(gone(KnownOperations.NONE, 0, 9, 3)).containsExactly("1 b", "2 c", "4 e", "6 g");
    }

    @Test
    void doesNotTakeANumberThatAnotherPrimaryGaveAgainForTheSameOperation() throws IOException {
        MemoryShard ofAnotherPrimary = new MemoryShard()
                .ofTerm(2)
                .with("_0", "a:0", "", "", "")
                .with("_3", "f:4")
                .with("_2", "i:8");
        try (ShardDelta delta = delta(base, ofAnotherPrimary, KNOWN)) {
            assertThat(delta.changed().wants(0, 4, 2)).isTrue();
            assertThat(read(new GoneDocuments(delta, 0, 9, -1, new IdTable(9, IdScope.SHARD))))
                    .containsExactly("1 b", "2 c", "3 d", "4 e", "6 g", "7 h");
        }
    }

    @Test
    void wantsOfTheWrittenOnlyWhatTheBaseDoesNotHave() throws IOException {
        try (ShardDelta delta = delta(base, later, KNOWN)) {
            assertThat(delta.written()).extracting(Segment::name).containsExactly("_3");
            assertThat(delta.changed().wants(0, 5, 1)).isFalse();
            assertThat(delta.changed().wants(1, 10, 1)).isTrue();
            assertThat(delta.baseDocuments()).isEqualTo(9);
            assertThat(delta.thinnedBy()).isEqualTo(3);
        }
    }

    private List<String> gone(KnownOperations known, int from, int to, int most) throws IOException {
        try (ShardDelta delta = delta(base, later, known)) {
            return read(new GoneDocuments(delta, from, to, -1, new IdTable(most, IdScope.SHARD)));
        }
    }

    private static List<String> read(GoneDocuments documents) throws IOException {
        List<String> read = new ArrayList<>();
        while (documents.next()) {
            read.add(documents.number() + " " + new String(documents.idBytes(), 0, documents.idLength()));
        }
        return read;
    }

    private static ShardDelta delta(MemoryShard base, MemoryShard later, KnownOperations known)
            throws CorruptBlobException {
        return ShardDelta.compared(side(base), side(later), known);
    }

    private static ShardDelta.Side side(MemoryShard shard) {
        LuceneVersion version = new LuceneVersion(9, 0, 0);
        Commit commit = new Commit("segments_1", 9, version, version, shard.committed(), Map.of());
        return new ShardDelta.Side(new ShardFiles("books", 0, Map.of()), commit, shard);
    }
}
