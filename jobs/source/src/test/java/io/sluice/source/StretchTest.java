package io.sluice.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StretchTest {

    /** A shard: the number of each of its documents, in order. */
    private static List<FoundDocument> shard(long... numbers) {
        List<FoundDocument> documents = new ArrayList<>();
        for (long number : numbers) {
            documents.add(new FoundDocument("logs", null, "d" + documents.size(), null, true, number, 1, 1, null, ""));
        }
        return documents;
    }

    private static List<FoundDocument> answer(List<FoundDocument> shard, ObjectNode search) {
        long from = search.at("/query/range/_seq_no/gte").asLong();
        long to = search.at("/query/range/_seq_no/lte").asLong();
        return shard.stream()
                .filter(document -> document.seqNo() >= from && document.seqNo() <= to)
                .limit(search.path("size").asLong())
                .toList();
    }

    /** Reads all of it, and tells how many numbers it met. */
    private static long read(Stretch stretch, List<FoundDocument> shard, int most, Set<String> ids) throws IOException {
        long numbers = 0;
        for (int pages = 0; !stretch.isEmpty(); pages++) {
            assertThat(pages).isLessThan(1_000);
            List<FoundDocument> page = answer(shard, stretch.search(most));
            page.forEach(document -> ids.add(document.id()));
            numbers += stretch.found(page);
        }
        return numbers;
    }

    @Test
    void documentsOfOneNumberAreAllReadWhereverAPageEnds() throws IOException {
        // what a shrink makes: as many documents of each number as there were shards
        List<FoundDocument> shard =
                shard(LongStream.range(0, 400).map(i -> i / 4).toArray());

        for (int most = 1; most < 12; most++) {
            Set<String> ids = new LinkedHashSet<>();
            long numbers = read(new Stretch("logs", 0, false, 0, 99), shard, most, ids);
            assertThat(ids).as("pages of %d", most).hasSize(400);
            assertThat(numbers).as("numbers met in pages of %d", most).isEqualTo(100);
        }
    }

    @Test
    void numbersWithoutADocumentAreNotMet() throws IOException {
        Set<String> ids = new LinkedHashSet<>();
        long numbers = read(new Stretch("logs", 0, false, 3, 90), shard(1, 3, 3, 3, 7, 80, 90, 91), 2, ids);

        assertThat(ids).hasSize(6);
        assertThat(numbers).isEqualTo(4);
    }

    @Test
    void anAnswerThatIsNotSortedIsNotTaken() {
        Stretch stretch = new Stretch("logs", 0, false, 0, 9);
        stretch.search(2);

        assertThatThrownBy(() -> stretch.found(shard(5, 3))).hasMessageContaining("not sorted");
    }

    @Test
    void moreDocumentsOfOneNumberThanASearchGivesAreSaid() throws IOException {
        List<FoundDocument> shard =
                shard(LongStream.generate(() -> 5).limit(10_001).toArray());

        assertThatThrownBy(() -> read(new Stretch("logs", 0, false, 0, 9), shard, 1_000, new LinkedHashSet<>()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("number 5");
    }
}
