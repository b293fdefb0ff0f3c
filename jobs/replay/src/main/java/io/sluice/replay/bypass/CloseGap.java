package io.sluice.replay.bypass;

import io.sluice.source.Gaps;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Tells a sender to go over an index of the source, as something was done to it that was not captured.
 *
 * @param index of the source
 * @param gaps what is to be read of it
 * @param settled every write whose request is stamped below this is settled, by all senders
 */
public record CloseGap(String index, Gaps gaps, long settled) implements OperatorEvent {

    private static final long serialVersionUID = 1L;
}
