package io.sluice.capture.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Record;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PartitionReaderTest {

    private static final Records A = new Records(new UUID(0, 1), 10);
    private static final Records A_AGAIN = new Records(new UUID(0, 1), 100);
    private static final Records B = new Records(new UUID(0, 2), 20);

    private final List<CapturedExchange> exchanges = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final ExchangeAssembler assembler = new ExchangeAssembler(exchanges::add, 1_000);
    private final PartitionReader reader = new PartitionReader(new Listening(), 3);

    private void read(Record... records) {
        for (Record record : records) {
            reader.read(record);
        }
    }

    @Test
    void knowsTheHighestStampPromisedOrNot() {
        assertThat(reader.highestStamp()).isZero();
        read(A.hello(11, 0), A.beat(15));
        assertThat(reader.highestStamp()).isEqualTo(15);
        read(A.request(18, 1, 0, true), A.beat(16), A.request(17, 1, 0, true), B.forgets(30, A));
        assertThat(reader.highestStamp()).isEqualTo(30);
        assertThat(reader.time()).isEqualTo(16);
    }

    @Test
    void putsAnExchangeTogetherAndDropsRepeats() {
        read(
                A.hello(11, 0),
                A.request(12, 1, 0, false),
                A.request(13, 1, 1, true),
                A.request(12, 1, 0, false),
                A.request(13, 1, 1, true),
                A.answer(14, 1, 0, true),
                A.request(12, 1, 0, false),
                A.answer(14, 1, 0, true));

        assertThat(exchanges).singleElement().satisfies(exchange -> {
            assertThat(exchange.isWhole()).isTrue();
            assertThat(exchange.write()).isTrue();
            assertThat(exchange.client()).isEqualTo("c:1");
            assertThat(exchange.request().head().toStringUtf8()).isEqualTo("head");
            assertThat(exchange.request().body().toStringUtf8()).isEqualTo("body0body1");
            assertThat(exchange.request().began()).isEqualTo(12);
            assertThat(exchange.request().ended()).isEqualTo(13);
            assertThat(exchange.end()).isEqualTo(End.ENDED);
        });
        assertThat(reader.repeats()).isEqualTo(4);
        assertThat(reader.open()).isZero();
        assertThat(told).containsExactly("joined 10");
    }

    @Test
    void timeIsTheMinimumOverTheRosterAndOnlyHeartbeatsMoveIt() {
        read(A.hello(11, 0), A.beat(15));
        assertThat(reader.time()).isEqualTo(15);

        read(B.hello(21, 0), A.beat(30), A.request(31, 1, 0, true));
        assertThat(reader.time()).isEqualTo(21);

        read(B.beat(29), A.beat(40, B));
        assertThat(reader.time()).isEqualTo(29);
        assertThat(reader.waitsFor()).containsExactly(B.run());

        read(B.goodbye(45));
        assertThat(reader.time()).isEqualTo(29);
        read(A.beat(50));
        assertThat(reader.time()).isEqualTo(50);
        assertThat(told).contains("time 15", "time 21", "time 29", "time 50", "left 20 PROXY_LEFT");
    }

    @Test
    void aProxyThatIsOnlyNamedHoldsTimeUntilItIsHeard() {
        read(A.beat(15, B));
        assertThat(reader.time()).isZero();

        read(B.beat(12), A.beat(16, B));
        assertThat(reader.time()).isEqualTo(12);
    }

    @Test
    void aForgottenProxyHoldsTimeNoMore() {
        read(A.hello(11, 0), B.hello(21, 0), A.beat(50, B), A.forgets(51, B), A.beat(60, B));

        assertThat(reader.time()).isEqualTo(60);
        assertThat(told).contains("left 20 PROXY_FORGOTTEN");
    }

    @Test
    void theNextRunEndsWhatTheDeadOneLeftOpen() {
        read(A.hello(11, 0), A.request(12, 1, 0, true), A_AGAIN.hello(101, 10), A_AGAIN.request(102, 1, 0, true));

        assertThat(exchanges).singleElement().satisfies(exchange -> {
            assertThat(exchange.end()).isEqualTo(End.PROXY_DIED);
            assertThat(exchange.request().whole()).isTrue();
            assertThat(exchange.answer().whole()).isFalse();
        });
        assertThat(reader.open()).isEqualTo(1);
    }

    @Test
    void namesGapsOfARunWhoseHelloItSaw() {
        read(A.hello(11, 0), A.request(12, 1, 0, false), A.request(14, 1, 2, true), A.answer(15, 1, 0, true));
        read(A.answer(17, 2, 1, true));

        assertThat(told)
                .contains("GAP 1 1 fragments of the request", "GAP 2 1 fragments of the answer, and its request");
        assertThat(exchanges.get(0).isWhole()).isFalse();
        assertThat(exchanges.get(0).request().whole()).isFalse();
    }

    @Test
    void namesAnExchangeInTheMiddleOfWhichItStarted() {
        read(A.answer(15, 7, 3, true));

        assertThat(told).containsExactly("STARTED_IN_THE_MIDDLE 7 3 fragments of the answer, and its request");
    }

    @Test
    void namesAFragmentThatIsOutOfOrder() {
        read(A.hello(11, 0), A.request(12, 1, 0, false), A.request(14, 2, 0, true), A.request(13, 1, 1, true));

        assertThat(told).contains("OUT_OF_ORDER 1 stamp 13 after 14");
    }

    @Test
    void namesAFragmentBelowThePartitionsTime() {
        read(A.hello(11, 0), A.beat(20), A.request(15, 1, 0, true));

        assertThat(told).contains("LATE 1 stamp 15, the partition's time is 20");
    }

    @Test
    void namesWhatComesAfterTheEnd() {
        read(A.hello(11, 0), A.goodbye(20), A.request(21, 1, 0, true));

        assertThat(told).contains("AFTER_THE_END 1 its proxy had ended");
    }

    @Test
    void givesUpTheOldestWhenTooManyAreOpen() {
        read(A.hello(11, 0));
        for (int i = 1; i <= 4; i++) {
            read(A.request(11 + i, i, 0, true));
        }

        assertThat(exchanges).singleElement().satisfies(exchange -> {
            assertThat(exchange.end()).isEqualTo(End.NOT_HELD);
            assertThat(exchange.id().exchange()).isEqualTo(1);
        });
        assertThat(reader.open()).isEqualTo(3);
    }

    @Test
    void bodiesThatHaveNoRoomAreLeftOut() {
        read(A.hello(11, 0));
        for (int i = 0; i < 300; i++) {
            read(A.request(12 + i, 1, i, i == 299));
        }
        read(A.answer(1_000, 1, 0, true));

        assertThat(exchanges).singleElement().satisfies(exchange -> {
            assertThat(exchange.request().bodyHeld()).isFalse();
            assertThat(exchange.request().bodyBytes()).isGreaterThan(1_000);
            assertThat(exchange.request().body().isEmpty()).isTrue();
            assertThat(exchange.answer().bodyHeld()).isTrue();
        });
        assertThat(assembler.bytesHeld()).isZero();
    }

    private final class Listening implements CaptureListener {
        @Override
        public void fragment(ExchangeId id, long stamp, Fragment fragment) {
            assembler.fragment(id, stamp, fragment);
        }

        @Override
        public void ended(ExchangeId id, End end) {
            assembler.ended(id, end);
        }

        @Override
        public void trouble(ExchangeId id, Trouble trouble, String detail) {
            told.add("%s %d %s".formatted(trouble, id.exchange(), detail));
            assembler.trouble(id, trouble, detail);
        }

        @Override
        public void time(long stamp) {
            told.add("time " + stamp);
        }

        @Override
        public void joined(Run run) {
            told.add("joined " + run.incarnation());
        }

        @Override
        public void left(Run run, End end) {
            told.add("left %d %s".formatted(run.incarnation(), end));
        }
    }

    @Test
    void aReaderThatGoesOnFromWhatWasWrittenKnowsWhatIsOpenWhoIsThereAndWhatIsARepeat() throws Exception {
        read(A.hello(11, 0), B.hello(12, 0), A.beat(13, B), B.beat(14, A), A.request(15, 1, 0, true));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        reader.writeTo(new DataOutputStream(bytes));

        List<String> afterwards = new ArrayList<>();
        PartitionReader restored = PartitionReader.readFrom(
                new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())),
                new CaptureListener() {
                    @Override
                    public void fragment(ExchangeId id, long stamp, Fragment fragment) {
                        afterwards.add("fragment " + stamp);
                    }

                    @Override
                    public void trouble(ExchangeId id, Trouble trouble, String detail) {
                        afterwards.add(trouble + " " + detail);
                    }

                    @Override
                    public void ended(ExchangeId id, End end) {
                        afterwards.add(end.toString());
                    }
                },
                3);
        assertThat(restored.open()).isEqualTo(1);
        restored.read(A.beat(30));
        assertThat(restored.time()).as("B is still there").isEqualTo(14);
        restored.read(A.request(15, 1, 0, true));
        restored.read(A.answer(31, 1, 0, true));

        assertThat(afterwards).containsExactly("fragment 31", "ENDED");
        assertThat(restored.repeats()).isEqualTo(reader.repeats() + 1);
        assertThat(restored.open()).isZero();
    }
}
