package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.StepItem;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DocumentOrderTest {

    private final DocumentOrder order = new DocumentOrder();
    private final Object firstRequest = new Object();
    private final Object secondRequest = new Object();

    @Test
    void writesOfOneDocumentMayLeaveTogether() {
        assertThat(mayLeave(write("1", 1), firstRequest)).isTrue();
        assertThat(mayLeave(write("1", 2), firstRequest)).isTrue();
        assertThat(mayLeave(write("2", 3), secondRequest)).isTrue();
    }

    @Test
    void whatComesWhileAnEarlierWriteIsUnderWayWaitsUntilAllOfThatRequestAreSettled() {
        Pending first = write("1", 1);
        Pending second = write("1", 2);
        Pending third = write("1", 3);
        Pending fourth = write("1", 4);
        mayLeave(first, firstRequest);
        mayLeave(second, firstRequest);

        assertThat(mayLeave(third, secondRequest)).isFalse();
        assertThat(mayLeave(fourth, firstRequest)).as("behind one that waits").isFalse();

        assertThat(order.settled(second)).isNull();
        assertThat(order.settled(first)).containsExactly(third, fourth);
        assertThat(mayLeave(third, secondRequest)).isTrue();
    }

    @Test
    void whatIsSentAgainWaitsForNothingThatCameLater() {
        Pending first = write("1", 1);
        mayLeave(first, firstRequest);
        mayLeave(write("1", 2), secondRequest);

        assertThat(mayLeave(first, secondRequest)).isTrue();
    }

    @Test
    void ofThoseThatLeftTogetherOneIsSentAgainWhenThoseBeforeItAreSettled() {
        Pending first = write("1", 1);
        Pending second = write("1", 2);
        Pending third = write("1", 3);
        Pending later = write("1", 4);
        List.of(first, second, third).forEach(step -> mayLeave(step, firstRequest));
        mayLeave(later, secondRequest);

        assertThat(mayLeave(third, secondRequest)).isFalse();
        assertThat(mayLeave(first, secondRequest)).isTrue();
        assertThat(mayLeave(second, secondRequest)).isFalse();

        assertThat(order.settled(first)).containsExactly(third, second);
        assertThat(mayLeave(third, firstRequest)).isFalse();
        assertThat(mayLeave(second, firstRequest)).isTrue();
        assertThat(order.settled(second)).containsExactly(third);
        assertThat(mayLeave(third, secondRequest)).isTrue();
        assertThat(order.settled(third)).containsExactly(later);
    }

    @Test
    void oneInTheMiddleMayBeSettledBeforeTheFirst() {
        Pending first = write("1", 1);
        Pending second = write("1", 2);
        List.of(first, second).forEach(step -> mayLeave(step, firstRequest));
        Pending later = write("1", 3);
        mayLeave(later, secondRequest);

        assertThat(order.settled(second)).isNull();
        assertThat(order.settled(first)).containsExactly(later);
    }

    @Test
    void writesThatCameOfOneStepAreToldApart() {
        Pending step = write("1", 1);
        Pending first = Pending.answer(step, Objects.requireNonNull(step.write), ruled -> {});
        Pending second = Pending.answer(step, Objects.requireNonNull(step.write), ruled -> {});
        Pending later = write("1", 2);
        List.of(first, second).forEach(each -> mayLeave(each, firstRequest));
        mayLeave(later, secondRequest);

        assertThat(order.settled(first)).isNull();
        assertThat(order.settled(second)).containsExactly(later);
    }

    @Test
    void afterAllIsSettledNothingIsRemembered() {
        Pending first = write("1", 1);
        mayLeave(first, firstRequest);

        assertThat(order.settled(first)).isNull();
        assertThat(order.settled(first)).as("settled twice").isNull();
        assertThat(mayLeave(write("1", 2), secondRequest)).isTrue();
    }

    private boolean mayLeave(Pending step, Object request) {
        return order.mayLeave(step, Objects.requireNonNull(step.write), request);
    }

    private static Pending write(String id, int stamp) {
        ExchangeRef exchange = new ExchangeRef(0, stamp, new UUID(1, 1), 1, stamp);
        Step.Write write = new Step.Write(0, "books", "books", null, id, null, stamp, ByteString.copyFromUtf8("{}"));
        return new Pending(new StepItem(exchange, write), 0);
    }
}
