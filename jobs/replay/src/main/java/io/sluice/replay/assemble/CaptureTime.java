package io.sluice.replay.assemble;

import io.sluice.capture.read.CaptureListener;
import io.sluice.capture.read.PartitionReader;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.capture.wire.Record;
import io.sluice.replay.wire.ExchangeRef;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/**
 * The time of one partition, from the few records that move it; fragments are not even looked at.
 *
 * <p>Not part of checkpoints: after a restart it knows nobody until it has heard a roster, and a proxy that had just joined may
 * not be on it yet. Assembly, which keeps the roster in state, never lets such a time pass.
 */
final class CaptureTime implements WatermarkGenerator<RawRecord> {

    private final PartitionReader reader = new PartitionReader(new CaptureListener() {}, 1);
    private long told = Long.MIN_VALUE;

    @Override
    public void onEvent(RawRecord raw, long timestamp, WatermarkOutput output) {
        if (!raw.mayMoveTime()) {
            return;
        }
        try {
            Record record = RecordDecoder.decode(raw.key(), raw.value());
            if (!record.hasFragment()) {
                reader.read(record);
            }
        } catch (UnreadableRecordException unreadable) {
            return; // assembly counts it and sets it aside
        }
        long millis = ExchangeRef.lastMilliBelow(reader.time());
        if (reader.time() > 0 && millis > told) {
            told = millis;
            output.emitWatermark(new Watermark(millis));
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // Time does not move by itself.
    }
}
