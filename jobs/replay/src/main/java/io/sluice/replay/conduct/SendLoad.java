package io.sluice.replay.conduct;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * What a sender has to do.
 *
 * @param subtask which sender
 * @param due steps whose time has come, in flight or not
 * @param dueBytes their size
 * @param waiting steps whose time has not come
 * @param retries sent again so far
 * @param waitingFor why nothing goes out, or empty
 * @param passedMillis event time that has come to it, in milliseconds since 1970: all of the capture before it was read; below 0 if none has come
 */
public record SendLoad(
        int subtask, int due, long dueBytes, int waiting, long retries, String waitingFor, long passedMillis)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;
}
