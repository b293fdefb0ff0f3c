/**
 * The capture: what a proxy records of the traffic, how it gets into Kafka, and how it is read.
 *
 * <pre>
 *   {@link io.sluice.capture.Recorder} ─▶ journal ─▶ publisher ─▶ Kafka ─▶ reader
 * </pre>
 *
 * <p><b>Promise:</b> what was appended is in the journal when the append returns, in Kafka sooner or later, in order, and
 * a heartbeat says so only when it is true. The contract between both ends is {@code capture.proto}.
 *
 * <p>Start reading at {@link io.sluice.capture.Recorder}.
 */
@NullMarked
package io.sluice.capture;

import org.jspecify.annotations.NullMarked;
