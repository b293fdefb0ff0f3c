package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdTableTest {

    private final IdTable table = new IdTable(3, IdScope.SHARD);

    @Test
    void keepsDocumentsInTheirOrderAndKnowsWhichWereWrittenAgain() {
        table.add(OneDocument.of("a", 3), 10);
        table.add(OneDocument.of("b", 3), 12);
        table.add(OneDocument.of("c", 3), 17);

        table.strikeOut(OneDocument.of("b", 4));
        table.strikeOut(OneDocument.of("c", 1));
        table.strikeOut(OneDocument.of("bb", 1));

        List<IdTable.Entry> entries = new ArrayList<>();
        table.entries().forEachRemaining(entries::add);
        assertThat(entries).extracting(IdTable.Entry::number).containsExactly(10, 12, 17);
        assertThat(entries).extracting(IdTable.Entry::isWrittenAgain).containsExactly(false, true, true);
        assertThat(entries).extracting(IdTable.Entry::hasFallenBack).containsExactly(false, false, true);
    }

    @Test
    void isFullAtItsBoundAndEmptyWhenCleared() {
        for (int i = 0; i < 3; i++) {
            assertThat(table.add(OneDocument.of("d" + i, 1), i)).isTrue();
        }

        boolean taken = table.add(OneDocument.of("one more", 1), 3);
        table.clear();

        assertThat(taken).isFalse();
        assertThat(table.isEmpty()).isTrue();
    }
}
