/**
 * Forwards: one request at a time of a client connection to a source connection, and its answer back.
 *
 * <pre>
 *   client ─▶ {@link io.sluice.proxy.forward.ClientConnection} ─▶ {@link io.sluice.proxy.forward.Exchange} ─▶ source
 *                              │                                │
 *                    {@link io.sluice.proxy.forward.Gate} (hold, release)      {@link io.sluice.proxy.forward.ExchangeCapture}
 * </pre>
 *
 * <p><b>Promise:</b> a request and its answer stream through, whatever their size, in a memory that does not grow: who
 * cannot write does not read. Nothing of a write is sent a second time. When it is in doubt where a message ends, both
 * sides are closed.
 *
 * <p><b>Threads:</b> a client, its exchange and the source connection under it live on one event loop. {@link
 * io.sluice.proxy.forward.Gate} and {@link io.sluice.proxy.forward.Tally} are used by all of them and by the admin port.
 *
 * <p>Start reading at {@link io.sluice.proxy.forward.Exchange}.
 */
@NullMarked
package io.sluice.proxy.forward;

import org.jspecify.annotations.NullMarked;
