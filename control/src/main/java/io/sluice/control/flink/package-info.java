/**
 * Flink, as the command uses it: another's over its REST API, or one of our own inside this process.
 *
 * <pre>
 *   {@link io.sluice.control.flink.FlinkRest}      any Flink: submit, find, scale, stop, ask. No Flink classes
 *   {@link io.sluice.control.flink.EmbeddedFlink}  a Flink in this JVM, reachable by other processes of the same user
 *        └─ door ◀── {@link io.sluice.control.flink.EmbeddedDoor}: adds what the REST API cannot do
 * </pre>
 *
 * <p><b>Promise:</b> every wait here has a limit; an answer that is not understood is told with what was asked of whom.
 *
 * <p><b>Threads:</b> clients may be shared. An embedded Flink is started and closed by one thread and may be asked by any.
 *
 * <p>Start reading at {@link io.sluice.control.flink.FlinkRest}.
 */
@NullMarked
package io.sluice.control.flink;

import org.jspecify.annotations.NullMarked;
