package io.sluice.lucene4;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FoundDocument;
import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.GoneDocuments;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardDelta;
import io.sluice.snapshot.ShardFiles;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the first snapshot of each fixture holds, and the changes to the second, against what the cluster said of the second. */
class DeltaTest {

    private static final System.Logger LOG = System.getLogger(DeltaTest.class.getName());

    private static final String BASE = "snap-1";
    private static final String LATER = "snap-2";

    /** Elasticsearch numbers versions as major × 1,000,000; sequence numbers came with 6. */
    private static final int FIRST_WITH_SEQUENCE_NUMBERS = 6_000_000;

    /** Those that were restored into a newer version have one snapshot only. */
    static Stream<String> fixturesWithTwoSnapshots() {
        return Fixture.keys().filter(key -> Fixture.of(key).snapshots().toList().contains(BASE));
    }

    @ParameterizedTest
    @MethodSource("fixturesWithTwoSnapshots")
    void whatTheFirstSnapshotHeldAndTheDeltaIsWhatTheSecondHolds(String key) throws IOException {
        Fixture fixture = Fixture.of(key);
        Figures figures = new Figures();
        boolean isBySequence = false;
        try (BlobStore store = fixture.open("r1")) {
            Repository repository = Repository.open(store);
            Snapshot base = repository.snapshot(BASE);
            Snapshot later = repository.snapshot(LATER);
            for (Snapshot.Index folder : later.indices()) {
                IndexMetadata metadata = repository.indexMetadata(later, folder);
                if (isInBoth(repository, base, metadata)) {
                    Shards then = Shards.of(repository, base, folder.name());
                    Shards now = Shards.of(repository, later, folder.name());
                    compare(fixture, then, now, store, figures);
                    isBySequence = hasSequenceNumbers(metadata);
                }
            }
        }
        LOG.log(System.Logger.Level.INFO, "{0}: {1}", key, figures);
        assertThat(figures.written).isPositive();
        assertThat(figures.deleted).isPositive();
        assertThat(figures.moved > 0)
                .as("merges are told where there are sequence numbers")
                .isEqualTo(isBySequence);
        assertThat(figures.idleBytes).isLessThan(figures.idleWholeBytes / 2);
    }

    /** An index in a snapshot. */
    private record Shards(Repository repository, Snapshot snapshot, Snapshot.Index folder, IndexMetadata metadata) {

        static Shards of(Repository repository, Snapshot snapshot, String name) throws IOException {
            Snapshot.Index folder = Fixture.indexOf(snapshot, name);
            return new Shards(repository, snapshot, folder, repository.indexMetadata(snapshot, folder));
        }

        String name() {
            return folder.name();
        }

        int count() {
            return metadata.shards();
        }

        ShardFiles files(int shard) throws IOException {
            return repository.shardFiles(snapshot, folder, shard);
        }
    }

    private static void compare(Fixture fixture, Shards then, Shards now, BlobStore store, Figures figures)
            throws IOException {
        int changes = figures.written + figures.deleted;
        long before = store.bytesRead();
        assertBecomesTheSecond(fixture, then, now, store, true, figures);
        long delta = store.bytesRead() - before;
        assertBecomesTheSecond(fixture, then, now, store, false, figures);
        before = store.bytesRead();
        readAll(now, store);
        figures.read(delta, store.bytesRead() - before, figures.written + figures.deleted == changes);
    }

    private static void assertBecomesTheSecond(
            Fixture fixture, Shards then, Shards now, BlobStore store, boolean deletesFirst, Figures figures)
            throws IOException {
        boolean isTyped = !hasSequenceNumbers(now.metadata());
        FencedIndex target = new FencedIndex(!isTyped);
        expected(fixture, BASE, now.name(), isTyped).forEach(target::index);
        for (int shard = 0; shard < now.count(); shard++) {
            try (ShardDelta delta =
                    ShardDelta.open(then.files(shard), then.metadata().primaryTerm(shard), now.files(shard), store)) {
                apply(delta, shard, target, deletesFirst, figures);
            }
        }
        assertThat(target.documents())
                .as("%s of %s", now.name(), fixture.key())
                .containsExactlyInAnyOrderElementsOf(expected(fixture, LATER, now.name(), isTyped));
    }

    /** Counted in both orders. */
    private static final class Figures {
        int written;
        int moved;
        int deleted;
        long deltaBytes;
        long wholeBytes;
        /** Of indices in which nothing changed. */
        long idleBytes;

        long idleWholeBytes;

        void read(long delta, long whole, boolean isIdle) {
            deltaBytes += delta;
            wholeBytes += whole;
            idleBytes += isIdle ? delta : 0;
            idleWholeBytes += isIdle ? whole : 0;
        }

        @Override
        public String toString() {
            return "%d written, %d only moved, %d deleted; %d bytes read, %d of the whole; where nothing changed %d and %d"
                    .formatted(written / 2, moved / 2, deleted / 2, deltaBytes, wholeBytes, idleBytes, idleWholeBytes);
        }
    }

    private static void apply(ShardDelta delta, int shard, FencedIndex target, boolean deletesFirst, Figures figures)
            throws IOException {
        if (deletesFirst) {
            delete(delta, shard, target, deletesFirst, figures);
        }
        for (Segment segment : delta.written()) {
            try (DocumentCursor cursor = delta.later()
                    .documents(segment.name(), 0, segment.documents(), FieldSelection.NONE, delta.changed())) {
                while (cursor.next()) {
                    target.index(FoundDocument.withoutSource(cursor, shard));
                    figures.written++;
                    figures.moved += cursor.passedOver();
                }
                figures.moved += cursor.passedOver();
            }
        }
        if (!deletesFirst) {
            delete(delta, shard, target, deletesFirst, figures);
        }
    }

    /** In two pieces, as after a crash, or in one. */
    private static void delete(ShardDelta delta, int shard, FencedIndex target, boolean isInOnePiece, Figures figures)
            throws IOException {
        int half = isInOnePiece ? 0 : delta.baseDocuments() / 2;
        for (int[] piece : new int[][] {{0, half}, {half, delta.baseDocuments()}}) {
            try (GoneDocuments cursor =
                    delta.gone(piece[0], piece[1], DeltaTest::typeOf, target.isFencedBySequence())) {
                while (cursor.next()) {
                    assertThat(cursor.number()).isGreaterThanOrEqualTo(piece[0]).isLessThan(piece[1]);
                    target.delete(FoundDocument.withoutSource(cursor, shard), cursor.maxSeqNo());
                    figures.deleted++;
                }
            }
        }
    }

    /** Until Elasticsearch 5 an id is unique in its type only. */
    private static String typeOf(DocumentCursor document) {
        String type = document.type();
        return type == null ? "" : type;
    }

    private static boolean isInBoth(Repository repository, Snapshot base, IndexMetadata later) throws IOException {
        for (Snapshot.Index index : base.indices()) {
            if (index.name().equals(later.name())) {
                return repository.indexMetadata(base, index).uuid().equals(later.uuid());
            }
        }
        return false;
    }

    private static boolean hasSequenceNumbers(IndexMetadata index) {
        return index.settings().path("index.version.created").asInt() >= FIRST_WITH_SEQUENCE_NUMBERS;
    }

    /** Sources are compared where whole snapshots are read; here it matters which documents are there, and in which version. */
    private static List<FoundDocument> expected(Fixture fixture, String snapshot, String index, boolean isTyped) {
        List<FoundDocument> documents = new ArrayList<>();
        for (JsonNode truth :
                fixture.snapshot(snapshot).path("indices").path(index).path("docs")) {
            FoundDocument document = FoundDocument.of(truth).withoutSource();
            documents.add(isTyped ? document : document.withoutType());
        }
        return documents;
    }

    private static void readAll(Shards index, BlobStore store) throws IOException {
        for (int shard = 0; shard < index.count(); shard++) {
            try (ShardReader reader = ShardFormats.open(index.files(shard), store)) {
                for (Segment segment : reader.segments()) {
                    readAll(reader, segment, index.name());
                }
            }
        }
    }

    private static void readAll(ShardReader reader, Segment segment, String index) throws IOException {
        if (index.equals("tsdb") || index.equals("logsdb")) {
            reader.verify(segment.name()); // Elasticsearch 9's doc values of these are not read
            return;
        }
        try (DocumentCursor cursor = reader.documents(segment.name(), 0, segment.documents())) {
            while (cursor.next()) {
                assertThat(cursor.idLength()).isPositive();
            }
        }
    }
}
