package io.sluice.replay.clock;

import io.sluice.replay.ReplaySpec;
import io.sluice.replay.assemble.CaptureSource;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/** Each tick is a time. */
public final class ClockTime implements WatermarkGenerator<Long> {

    private ClockTime() {}

    /** Aligned with the capture: the clock waits for a capture that lags, and the capture for the clock. */
    public static WatermarkStrategy<Long> of(ReplaySpec spec) {
        return WatermarkStrategy.<Long>forGenerator(context -> new ClockTime())
                .withTimestampAssigner((tick, before) -> tick)
                .withWatermarkAlignment(CaptureSource.ALIGNED, spec.bounds().readAhead(), CaptureSource.ALIGN_EVERY);
    }

    @Override
    public void onEvent(Long tick, long timestamp, WatermarkOutput output) {
        output.emitWatermark(new Watermark(tick));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // The next tick comes soon.
    }
}
