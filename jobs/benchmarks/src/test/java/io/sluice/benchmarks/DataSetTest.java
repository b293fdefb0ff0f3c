package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DataSetTest {

    private static final DataSource OLD = new DataSource("lucene-5.5.5", DataSource.BEST_COMPRESSION);

    @Test
    void everySourceAndCodecHasAFolderOfItsOwn() {
        assertThat(new DataSet(DataSource.DEFAULT, 1_000, 2, 0).folderName()).isEqualTo("1000-documents-2-shards");
        assertThat(new DataSet(OLD, 1_000, 1, 0).folderName())
                .isEqualTo("lucene-5.5.5-best_compression-1000-documents-1-shards");
    }

    @Test
    void anUnknownSourceIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> new DataSource("es-6.9", DataSource.DEFAULT_CODEC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("es-6.9", "es-7.10.2", "os-2.19.6", "lucene-");
    }

    @Test
    void luceneItselfWritesOneShardOnly() {
        assertThatThrownBy(() -> new DataSet(OLD, 1_000, 2, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("lucene-5.5.5", "one shard");
    }

    @Test
    void theLinesHaveEveryLuceneFrom4To10() {
        assertThat(SegmentLine.ALL.stream().map(SegmentLine::lucene).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(4, 5, 6, 7, 8, 9, 10);
        assertThat(SegmentLine.ALL).contains(SegmentLine.LUCENE_9, SegmentLine.LUCENE_9_DEFLATE);
    }
}
