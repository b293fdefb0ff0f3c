package io.sluice.replay.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NumberSetTest {

    private static final int ROUNDS = 200;
    private static final int NUMBERS = 300;
    private static final int SPAN = 3_000;

    private static NumberSet written(NumberSet set) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        set.writeTo(new DataOutputStream(bytes));
        return NumberSet.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }

    @Test
    void countsAsASetOfNumbersDoesWhateverTheirOrder() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(round);
            long base = round % 2 == 0 ? 0 : 5_000_000_000L;
            NumberSet set = new NumberSet();
            TreeSet<Long> expected = new TreeSet<>();
            for (int i = 0; i < NUMBERS; i++) {
                long number = base + random.nextInt(SPAN);
                set.add(number);
                expected.add(number);
            }
            long above = base + random.nextInt(SPAN) - 1;
            long upTo = above + random.nextInt(SPAN);
            set.dropUpTo(above);
            NumberSet both = new NumberSet();
            both.add(base + SPAN + 1L);
            both.addAll(written(set));

            assertThat(both.count(above, upTo))
                    .as("round %d, above %d up to %d", round, above, upTo)
                    .isEqualTo(expected.subSet(above + 1, upTo + 1).size()
                            + (upTo > base + SPAN && above < base + SPAN + 1L ? 1 : 0));
        }
    }

    @Test
    void leavesOutWhatIsTooFarAwayToBeKept() {
        NumberSet set = new NumberSet();
        set.add(10_000_000_000L);
        set.add(1);
        set.add(30_000_000_000L);

        assertThat(set.count(-1, Long.MAX_VALUE / 2)).isEqualTo(1);
    }
}
