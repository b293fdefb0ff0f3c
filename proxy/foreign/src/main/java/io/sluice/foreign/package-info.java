/**
 * Captures of another maker: reads what the OpenSearch Migration Assistant's Kafka export holds, and makes a capture file of
 * ours of it, as if proxies of ours had seen the traffic.
 *
 * <pre>
 *   lines ─▶ {@link io.sluice.foreign.ExportLines} ─▶ {@link io.sluice.foreign.Connections} ─▶ HTTP ─▶ fragments
 *         ─▶ {@link io.sluice.foreign.SortedRuns} by time ─▶ {@link io.sluice.foreign.TopicWriter} ─▶ capture file
 * </pre>
 *
 * <p><b>Promise:</b> nothing of the input ends the reading, and nothing of it is left out in silence: what cannot be used is
 * counted by its kind, and the first of it named with its line ({@link io.sluice.foreign.Findings}). Memory does not grow with
 * the input; the disk holds it twice for a moment.
 *
 * <p><b>Threads:</b> one. Start reading at {@link io.sluice.foreign.ForeignCapture}.
 */
@NullMarked
package io.sluice.foreign;

import org.jspecify.annotations.NullMarked;
