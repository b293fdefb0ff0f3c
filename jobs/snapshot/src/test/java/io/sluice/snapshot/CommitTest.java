package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommitTest {

    @Test
    void namesSegmentsWithTheirCodecsAndGenerations() throws IOException {
        byte[] bytes = CommitBytes.of(9, 8, "_0", "_3a").bytes();

        Commit commit = Commit.of(shard(bytes), NoStore.INSTANCE);

        assertThat(commit.writtenBy()).hasToString("9.1.0");
        assertThat(commit.oldest()).hasToString("8.0.0");
        assertThat(commit.segments()).extracting(CommittedSegment::name).containsExactly("_0", "_3a");
        CommittedSegment second = commit.segments().get(1);
        assertThat(second.codec()).isEqualTo("Lucene912");
        assertThat(second.deletionGeneration()).isEqualTo(3);
        assertThat(second.deleted()).isEqualTo(7);
        assertThat(second.fieldInfosGeneration()).isEqualTo(-1);
        assertThat(second.docValuesGeneration()).isEqualTo(2);
        assertThat(second.softDeleted()).isEqualTo(5);
        assertThat(second.commitId()).hasSize(16);
        assertThat(commit.number("local_checkpoint")).hasValue(41);
        assertThat(commit.number("max_seq_no")).isEmpty();
    }

    @Test
    void readsTheFormatOfLucene10Point6() throws IOException {
        Commit commit = Commit.of(shard(CommitBytes.ofFormat(11, 0).bytes()), NoStore.INSTANCE);

        assertThat(commit.segments()).extracting(CommittedSegment::name).containsExactly("_0", "_1");
    }

    @Test
    void refusesWhatItWouldReadWrongly() throws IOException {
        ShardFiles withOverlays = shard(CommitBytes.ofFormat(11, 1).bytes());
        ShardFiles ofTheFuture = shard(CommitBytes.ofFormat(12, 0).bytes());

        assertThatThrownBy(() -> Commit.of(withOverlays, NoStore.INSTANCE))
                .isInstanceOf(UnknownCodecException.class)
                .hasMessageContainingAll("segments_4", "overlays of doc values");
        assertThatThrownBy(() -> Commit.of(ofTheFuture, NoStore.INSTANCE))
                .isInstanceOf(UnknownCodecException.class)
                .hasMessageContainingAll("segments_4", "a commit of format 12");
    }

    @Test
    void takesTheWritersVersionForAShardWithoutSegments() throws IOException {
        byte[] bytes = CommitBytes.of(9, 8).bytes();

        Commit commit = Commit.of(shard(bytes), NoStore.INSTANCE);

        assertThat(commit.oldest()).isEqualTo(commit.writtenBy());
    }

    /** Its ids have types in them, which only the reader of old segments knows. */
    @Test
    void anIndexOfBeforeLucene7StaysOldHoweverItWasMerged() throws IOException {
        Commit old = Commit.of(shard(CommitBytes.createdIn(6).bytes()), NoStore.INSTANCE);
        Commit young = Commit.of(shard(CommitBytes.createdIn(7).bytes()), NoStore.INSTANCE);

        assertThat(old.oldest().major()).isEqualTo(6);
        assertThat(young.oldest().major()).isEqualTo(7);
    }

    @Test
    void namesTheLuceneVersionThatNothingReads() throws IOException {
        byte[] bytes = CommitBytes.of(42, 41, "_0").bytes();

        assertThatThrownBy(() -> ShardFormats.open(shard(bytes), NoStore.INSTANCE))
                .isInstanceOf(UnknownCodecException.class)
                .hasMessageContainingAll("books[3]", "Lucene 41.0.0 to 42.1.0");
    }

    @Test
    void refusesAShardWithoutCommit() {
        ShardFiles empty = new ShardFiles("books", 3, Map.of());

        assertThatThrownBy(() -> ShardFormats.open(empty, NoStore.INSTANCE))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContainingAll("books[3]", "segments_N");
    }

    static ShardFiles shard(byte[] commit) {
        ShardFile file = new ShardFile("segments_4", "v__1", commit.length, Long.MAX_VALUE, "", commit);
        return new ShardFiles("books", 3, Map.of(file.name(), file));
    }
}
