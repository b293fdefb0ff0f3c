package io.sluice.capture.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.capture.wire.Compromised;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Mark;
import io.sluice.capture.wire.OpenExchange;
import io.sluice.capture.wire.Record;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {

    private static final Records A = new Records(new UUID(0, 1), 10);
    private static final int ROUNDS = 10_000;

    private static final List<Record> SEEDS = List.of(
            A.hello(11, 3),
            A.beat(12, new Records(new UUID(5, 6), 7)),
            A.request(13, 1, 0, false),
            A.request(14, 1, 1, true),
            A.answer(15, 1, 0, true),
            A.forgets(16, new Records(new UUID(5, 6), 7)),
            A.goodbye(17),
            A.goodbye(18).toBuilder()
                    .setMark(Mark.newBuilder()
                            .setName("snapshot")
                            .putProperties("uuid", "x")
                            .addOpen(OpenExchange.newBuilder()
                                    .setConnection(1)
                                    .setExchange(2)
                                    .setBegan(3)))
                    .build(),
            A.goodbye(19).toBuilder()
                    .setCompromised(
                            Compromised.newBuilder().setSince(1).setUntil(2).setWrites(3))
                    .build());

    @Test
    void readsWhatIsWritten() throws Exception {
        for (Record seed : SEEDS) {
            assertThat(RecordDecoder.decode(Records.key(seed), seed.toByteArray()))
                    .isEqualTo(seed);
        }
    }

    @Test
    void aRecordOfALaterVersionIsRefusedByItsName() {
        Record later = A.goodbye(1).toBuilder().setVersion(2).build();

        assertThatThrownBy(() -> RecordDecoder.decode(new byte[0], later.toByteArray()))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessage("The record is of version 2, but this build reads versions up to 1."
                        + " Read it with the release of the proxy that wrote it, or a newer one.");
    }

    @Test
    void saysWhichFieldIsWrong() {
        Record.Builder cut = A.request(1, 1, 0, false).toBuilder();
        cut.getFragmentBuilder().setCut(Cut.CLIENT_LEFT);

        assertThatThrownBy(() -> RecordDecoder.decode(
                        Records.key(cut.build()), cut.build().toByteArray()))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessage("The record of the capture is wrong: in fragment.cut expected none, as it is not the last"
                        + " but found CLIENT_LEFT.");
        assertThatThrownBy(() -> RecordDecoder.decode(
                        new byte[16], A.request(1, 1, 0, true).toByteArray()))
                .hasMessageContaining("in key expected the incarnation");
    }

    /** A mutated record is a record, or a clear error: never another exception, and never one that a reader stumbles over. */
    @Test
    void mutatedRecordsAreReadOrRefused() {
        long seed = 20260101;
        Random random = new Random(seed);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Record original = SEEDS.get(random.nextInt(SEEDS.size()));
            byte[] mutated = mutate(original.toByteArray(), random);
            PartitionReader reader = new PartitionReader(new CaptureListener() {}, 10);
            ContractChecker checker = new ContractChecker();
            try {
                Record decoded = RecordDecoder.decode(Records.key(original), mutated);
                reader.read(decoded);
                checker.record(0, 0, Records.key(original), mutated);
                read++;
            } catch (UnreadableRecordException e) {
                assertThat(e).hasMessageContaining("record");
            } catch (RuntimeException e) {
                throw new AssertionError("Seed %d, round %d".formatted(seed, round), e);
            }
        }
        assertThat(read).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    private static byte[] mutate(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        int changes = 1 + random.nextInt(3);
        for (int change = 0; change < changes && mutated.length > 0; change++) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(5)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt();
                case 2 -> mutated = Arrays.copyOf(mutated, at);
                case 3 -> mutated = Arrays.copyOf(mutated, mutated.length + random.nextInt(20));
                default -> mutated[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
            }
        }
        return mutated;
    }
}
