package io.sluice.replay.assemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sluice.capture.wire.Forgotten;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Goodbye;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import io.sluice.capture.wire.RouteClass;
import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Reached;
import io.sluice.replay.account.AccountRecord.Unreadable;
import io.sluice.replay.account.AccountRecordSerializer;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import java.net.URI;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness declares that closing it may throw anything
class AssembleOperatorTest {

    private static final OutputTag<AccountRecord> ACCOUNT = new OutputTag<>("account", AccountRecordSerializer.TYPE);
    private static final PartitionKeys KEYS = new PartitionKeys(1, 1);
    private static final KeySelector<RawRecord, Integer> KEY = raw -> KEYS.of(raw.partition());
    private static final long MILLI = 1_000_000;
    private static final byte[] OTHER = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final URI NOWHERE = URI.create("file:///nowhere");

    @Test
    void tellsHowMuchItReadOfAPartitionInWhichNothingCanBeRead() throws Exception {
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.of(NOWHERE, NOWHERE), KEYS, ACCOUNT), KEY, Types.INT, 1, 1, 0)) {
            operator.open();
            operator.processElement(new StreamRecord<>(new RawRecord(0, 0, null, new byte[] {1, 2, 3})));
            operator.setProcessingTime(1_000);

            List<AccountRecord> told = operator.getSideOutput(ACCOUNT).stream()
                    .map(StreamRecord::getValue)
                    .toList();
            assertThat(told)
                    .hasSize(2)
                    .contains(new Reached(0, 1, 0))
                    .first()
                    .isInstanceOfSatisfying(Unreadable.class, unreadable -> {
                        assertThat(unreadable.offset()).isZero();
                        assertThat(unreadable.reason()).contains("3 bytes that are none");
                    });
        }
    }

    private static Record.Builder record(long stamp) {
        return Record.newBuilder()
                .setVersion(1)
                .setProxy(ByteString.copyFrom(new byte[16]))
                .setIncarnation(7)
                .setStamp(stamp);
    }

    private static StreamRecord<RawRecord> raw(long offset, Record.Builder record) {
        return new StreamRecord<>(new RawRecord(0, offset, null, record.build().toByteArray()));
    }

    private static Record.Builder hello(long stamp) {
        Member member = Member.newBuilder()
                .setProxy(record(stamp).getProxy())
                .setIncarnation(7)
                .build();
        return record(stamp).setHello(Hello.newBuilder().setMember(member));
    }

    @Test
    void timePassesTheEndOfACaptureSoFarThatAllOfItIsDueAndCertain() throws Exception {
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.of(NOWHERE, NOWHERE), KEYS, ACCOUNT), KEY, Types.INT, 1, 1, 0)) {
            operator.open();
            operator.processElement(raw(0, hello(4 * MILLI)));
            operator.processElement(raw(1, record(5 * MILLI + 1).setHeartbeat(Heartbeat.getDefaultInstance())));
            operator.processWatermark(4);
            operator.setProcessingTime(1_000);
            assertThat(operator.getOutput()).as("somebody is there").containsExactly(new Watermark(4));

            operator.processElement(raw(2, record(5 * MILLI + 2).setGoodbye(Goodbye.getDefaultInstance())));
            operator.setProcessingTime(2_000);
            operator.setProcessingTime(3_000);
            assertThat(operator.getOutput())
                    .containsExactly(new Watermark(4), new Watermark(5 + ExchangeRef.CLOCKS_APART_MILLIS));
        }
    }

    private static void assertFailsForGood(
            KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem> operator, long offset, String why) {
        assertThatThrownBy(() -> operator.processElement(raw(offset, hello(9 * MILLI))))
                .isInstanceOf(SuppressRestartsException.class)
                .cause()
                .hasMessageContaining(why)
                .hasMessageContaining("partition 0 of topic capture")
                .hasMessageContaining("sluice replay start --fresh");
    }

    @Test
    void whatKafkaHasDeletedBeforeItWasReadEndsTheJobForGood() throws Exception {
        try (var operator = operator()) {
            assertFailsForGood(operator, 1, "offset 0");
        }
        OperatorSubtaskState saved;
        try (var operator = operator()) {
            operator.processElement(raw(0, hello(4 * MILLI)));
            operator.processElement(raw(1, record(5 * MILLI).setHeartbeat(Heartbeat.getDefaultInstance())));
            saved = operator.snapshot(1, 1);
            assertFailsForGood(operator, 3, "offset 2 of");
        }
        try (var operator = operator()) {
            assertFailsForGood(operator, 3, "what comes next is offset 3");
        }
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.of(NOWHERE, NOWHERE), KEYS, ACCOUNT), KEY, Types.INT, 1, 1, 0)) {
            operator.initializeState(saved);
            operator.open();
            assertFailsForGood(operator, 5, "offset 2 of");
        }
    }

    @Test
    void aTopicThatWasMadeAnewEndsTheJobForGood() throws Exception {
        try (var operator = operator()) {
            operator.processElement(raw(0, hello(4 * MILLI)));
            operator.processElement(raw(1, record(5 * MILLI).setHeartbeat(Heartbeat.getDefaultInstance())));
            assertFailsForGood(operator, 0, "what comes next is offset 0");
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem> operator() throws Exception {
        var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.of(NOWHERE, NOWHERE), KEYS, ACCOUNT), KEY, Types.INT, 1, 1, 0);
        operator.open();
        return operator;
    }

    private static Record.Builder request(long stamp) {
        return record(stamp)
                .setFragment(Fragment.newBuilder()
                        .setConnection(1)
                        .setExchange(1)
                        .setPart(Part.REQUEST)
                        .setHead(ByteString.copyFromUtf8("PUT /a/_doc/1 HTTP/1.1\r\n\r\n"))
                        .setRoute(RouteClass.WRITE)
                        .setClient("c:1")
                        .setLast(true));
    }

    private static Record.Builder forgets(long stamp) {
        return record(stamp)
                .setProxy(ByteString.copyFrom(OTHER))
                .setForgotten(Forgotten.newBuilder()
                        .setProxy(record(stamp).getProxy())
                        .setIncarnation(7));
    }

    @Test
    void whereTheLastProxyWasKilledAndForgottenTimePassesWhatItLeftBehindItsLastPromise() throws Exception {
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.of(NOWHERE, NOWHERE), KEYS, ACCOUNT), KEY, Types.INT, 1, 1, 0)) {
            operator.open();
            operator.processElement(raw(0, hello(4 * MILLI)));
            operator.processElement(raw(1, record(5 * MILLI + 1).setHeartbeat(Heartbeat.getDefaultInstance())));
            operator.processElement(raw(2, request(95 * MILLI)));
            operator.processElement(raw(3, forgets(700 * MILLI)));
            operator.setProcessingTime(1_000);

            assertThat(operator.getOutput()).containsExactly(new Watermark(700 + ExchangeRef.CLOCKS_APART_MILLIS));
            assertThat(operator.getSideOutput(ACCOUNT).stream().map(StreamRecord::getValue))
                    .contains(new Reached(0, 4, 700 * MILLI));
        }
    }

    @Test
    void theEndIsNotPassedBeforeItIsSoLateThatWhoJoinsComesBehindIt() throws Exception {
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.of(NOWHERE, NOWHERE), KEYS, ACCOUNT), KEY, Types.INT, 1, 1, 0)) {
            operator.open();
            operator.processElement(raw(0, hello(4 * MILLI)));
            operator.processElement(raw(1, record(5 * MILLI + 1).setHeartbeat(Heartbeat.getDefaultInstance())));
            operator.processElement(raw(2, forgets(1_700 * MILLI)));
            operator.setProcessingTime(1_000);
            operator.setProcessingTime(1_500);
            operator.setProcessingTime(2_000);

            assertThat(operator.getOutput()).endsWith(new Watermark(1_020), new Watermark(1_520), new Watermark(1_720));
            assertThat(operator.getSideOutput(ACCOUNT).stream().map(StreamRecord::getValue))
                    .endsWith(
                            new Reached(0, 3, 1_000 * MILLI),
                            new Reached(0, 3, 1_500 * MILLI),
                            new Reached(0, 3, 1_700 * MILLI));
        }
    }

    private static StreamRecord<RawRecord> in(int partition, StreamRecord<RawRecord> record) {
        RawRecord raw = record.getValue();
        return new StreamRecord<>(new RawRecord(partition, raw.offset(), raw.key(), raw.value()));
    }

    @Test
    void whereOnePartitionIsReadToALaterEndThanAnotherTheEarlierCounts() throws Exception {
        PartitionKeys keys = new PartitionKeys(2, 1);
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.ofPartitions(2), keys, ACCOUNT),
                raw -> keys.of(raw.partition()),
                Types.INT,
                1,
                1,
                0)) {
            operator.open();
            for (int partition = 0; partition < 2; partition++) {
                operator.processElement(in(partition, raw(0, hello(4 * MILLI))));
                operator.processElement(in(partition, raw(1, forgets((700 + 1_000 * partition) * MILLI))));
            }
            operator.setProcessingTime(1_000);

            assertThat(operator.getOutput()).containsExactly(new Watermark(700 + ExchangeRef.CLOCKS_APART_MILLIS));
        }
    }

    @Test
    void aSubtaskWithoutAPartitionHoldsNoTime() throws Exception {
        PartitionKeys keys = new PartitionKeys(3, 128);
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.ofPartitions(3), keys, ACCOUNT),
                raw -> keys.of(raw.partition()),
                Types.INT,
                128,
                3,
                2)) {
            operator.open();
            operator.setProcessingTime(1_000);
            operator.processWatermark(4);
            operator.setProcessingTime(2_000);

            assertThat(operator.getOutput()).containsExactly(Watermark.MAX_WATERMARK);
        }
    }
}
