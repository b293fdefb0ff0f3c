package io.sluice.replay.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.account.AccountRecord.Outcome;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.account.AccountRecord.Unreadable;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.replay.wire.PartitionKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness declares that closing it may throw anything
class AccountOperatorTest {

    private static final int KEY_GROUPS = 128;
    private static final PartitionKeys KEYS = new PartitionKeys(4, KEY_GROUPS);
    private static final About WRITE = new About("PUT /{index}/_doc/{id}", "books", 201, 900, false);

    private static KeyedOneInputStreamOperatorTestHarness<Integer, AccountRecord, byte[]> harness(Outcomes outcomes)
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new AccountFactory("a test", KEYS, outcomes),
                record -> KEYS.of(record.partition()),
                Types.INT,
                KEY_GROUPS,
                1,
                0);
    }

    private static ExchangeRef at(long stamp) {
        return new ExchangeRef((int) (stamp % 4), stamp, new UUID(1, 2), 1, stamp);
    }

    private static void take(
            KeyedOneInputStreamOperatorTestHarness<Integer, AccountRecord, byte[]> into, AccountRecord record)
            throws Exception {
        into.processElement(new StreamRecord<>(record));
    }

    private static void exchange(
            KeyedOneInputStreamOperatorTestHarness<Integer, AccountRecord, byte[]> into, long stamp, Verdict verdict)
            throws Exception {
        take(into, new Seen(at(stamp), 1, List.of(), WRITE, false));
        take(into, new Outcome(at(stamp), new Ruled(verdict, ""), null));
    }

    private static List<String> lines(KeyedOneInputStreamOperatorTestHarness<Integer, AccountRecord, byte[]> from)
            throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] block : from.extractOutputValues()) {
            all.write(block);
        }
        if (all.size() == 0) {
            return List.of();
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(all.toByteArray()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void aCheckpointLeavesNoLineBehindAndNoneIsWrittenAgainAfterIt() throws Exception {
        OperatorSubtaskState checkpoint;
        try (var before = harness(Outcomes.ALL)) {
            before.open();
            exchange(before, 1, Verdict.APPLIED);
            exchange(before, 2, Verdict.FAILED);
            take(before, new Seen(at(3), 1, List.of(), WRITE, false));
            assertThat(lines(before)).isEmpty();
            before.prepareSnapshotPreBarrier(1);
            checkpoint = before.snapshot(1, 1);
            assertThat(lines(before)).hasSize(2);
        }
        try (var after = harness(Outcomes.ALL)) {
            after.initializeState(checkpoint);
            after.open();
            take(after, new Outcome(at(3), new Ruled(Verdict.UNKNOWN, "pipeline"), null));
            after.prepareSnapshotPreBarrier(2);

            assertThat(lines(after)).singleElement().asString().contains("\"exchange\":3", "\"rule\":\"pipeline\"");
        }
    }

    @Test
    void onlyWhatIsWantedIsWritten() throws Exception {
        try (var notable = harness(Outcomes.NOTABLE);
                var none = harness(Outcomes.NONE)) {
            for (var operator : List.of(notable, none)) {
                operator.open();
                exchange(operator, 1, Verdict.APPLIED);
                exchange(operator, 2, Verdict.FAILED);
                operator.prepareSnapshotPreBarrier(1);
            }
            assertThat(lines(notable)).singleElement().asString().contains("\"verdict\":\"failed\"");
            assertThat(lines(none)).isEmpty();
        }
    }

    @Test
    void aRecordThatCannotBeReadIsCountedAndHasALineThatSaysWhereItLies() throws Exception {
        try (var notable = harness(Outcomes.NOTABLE);
                var none = harness(Outcomes.NONE)) {
            for (var operator : List.of(notable, none)) {
                operator.open();
                take(operator, new Unreadable(3, 41, "no proxy"));
                operator.prepareSnapshotPreBarrier(1);
            }
            assertThat(lines(notable))
                    .containsExactly(
                            "{\"verdict\":\"malformed\",\"reason\":\"no proxy\",\"partition\":3,\"offset\":41}");
            assertThat(lines(none)).isEmpty();
        }
        PartitionAccount account = new PartitionAccount(3, (ref, exchange) -> {});
        account.take(new Unreadable(3, 41, "no proxy"));
        assertThat(account.report(false).noted()).containsEntry("malformed", 1L);
    }

    @Test
    void aFullBlockGoesOnWithoutACheckpoint() throws Exception {
        try (var operator = harness(Outcomes.ALL)) {
            operator.open();
            long exchanges = 0;
            while (operator.extractOutputValues().isEmpty()) {
                exchange(operator, ++exchanges, Verdict.APPLIED);
                assertThat(exchanges).as("exchanges without a block").isLessThan(10_000);
            }
            assertThat(lines(operator)).hasSize((int) exchanges);
        }
    }
}
