package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {

    private final Gate gate = new Gate();
    private final List<String> ran = new ArrayList<>();

    private Runnable says(String what) {
        return () -> ran.add(what);
    }

    @Test
    void opensForWhatIsAcknowledgedAndOnlyForThat() {
        gate.whenSafe(20, says("20"));
        gate.whenSafe(10, says("10"));
        gate.whenSafe(30, says("30"));

        gate.acknowledged(20);

        assertThat(ran).containsExactly("10", "20");
        assertThat(gate.waiting()).isEqualTo(1);
    }

    @Test
    void isOpenAtOnceForWhatIsAcknowledgedAlready() {
        gate.acknowledged(20);

        gate.whenSafe(20, says("20"));

        assertThat(ran).containsExactly("20");
    }

    @Test
    void theDiskCountsOnlyWhileItStandsInForKafka() {
        gate.whenSafe(10, says("10"));
        gate.forced(10);
        assertThat(ran).isEmpty();

        gate.mode(Gate.Mode.DISK);
        assertThat(ran).containsExactly("10");

        gate.whenSafe(11, says("11"));
        gate.forced(11);
        assertThat(ran).containsExactly("10", "11");
    }

    @Test
    void whatOnlyKafkaCanSayWaitsForKafkaWhateverTheMode() {
        gate.whenAcknowledged(10, says("10"));

        gate.mode(Gate.Mode.DISK);
        gate.forced(10);
        gate.mode(Gate.Mode.OPEN);
        assertThat(ran).isEmpty();

        gate.acknowledged(10);
        assertThat(ran).containsExactly("10");
    }

    @Test
    void refusesWhatCanBeRefusedAndWaitsForTheDiskWithTheRest() {
        gate.whenSafeOrRefused(10, says("forwarded"), says("refused"));
        gate.whenSafe(9, says("answered"));

        gate.mode(Gate.Mode.REFUSING);
        assertThat(ran).containsExactly("refused");

        gate.forced(10);
        assertThat(ran).containsExactly("refused", "answered");
    }

    @Test
    void whatCannotBeRefusedWaitsForKafkaWhenWritesAre() {
        gate.whenSafeOrRefused(10, says("forwarded"), null);

        gate.mode(Gate.Mode.REFUSING);
        gate.forced(10);
        assertThat(ran).isEmpty();

        gate.acknowledged(10);
        assertThat(ran).containsExactly("forwarded");
    }

    @Test
    void nothingWaitsWhenItIsOpen() {
        gate.whenSafe(10, says("10"));

        gate.mode(Gate.Mode.OPEN);
        gate.whenSafe(11, says("11"));

        assertThat(ran).containsExactly("10", "11");
    }

    @Test
    void oneActionThatFailsDoesNotKeepTheOthers() {
        gate.whenSafe(10, () -> {
            throw new IllegalStateException("as a test");
        });
        gate.whenSafe(11, says("11"));

        gate.acknowledged(11);

        assertThat(ran).containsExactly("11");
    }
}
