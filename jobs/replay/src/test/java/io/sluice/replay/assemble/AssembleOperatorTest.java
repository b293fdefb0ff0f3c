package io.sluice.replay.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ReplaySpecs;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Reached;
import io.sluice.replay.account.AccountRecordSerializer;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import java.net.URI;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness declares that closing it may throw anything
class AssembleOperatorTest {

    private static final OutputTag<AccountRecord> ACCOUNT = new OutputTag<>("account", AccountRecordSerializer.TYPE);
    private static final PartitionKeys KEYS = new PartitionKeys(1, 1);
    private static final KeySelector<RawRecord, Integer> KEY = raw -> KEYS.of(raw.partition());
    private static final URI NOWHERE = URI.create("file:///nowhere");

    @Test
    void tellsHowMuchItReadOfAPartitionInWhichNothingCanBeRead() throws Exception {
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<Integer, RawRecord, StepItem>(
                new AssembleFactory(ReplaySpecs.of(NOWHERE, NOWHERE), KEYS, ACCOUNT), KEY, Types.INT, 1, 1, 0)) {
            operator.open();
            operator.processElement(new StreamRecord<>(new RawRecord(0, 41, null, new byte[] {1, 2, 3})));
            operator.setProcessingTime(1_000);

            List<AccountRecord> told = operator.getSideOutput(ACCOUNT).stream()
                    .map(StreamRecord::getValue)
                    .toList();
            assertThat(told).containsExactly(new Noted(0, "malformed"), new Reached(0, 42, false));
        }
    }
}
