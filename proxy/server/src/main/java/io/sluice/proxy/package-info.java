/**
 * The proxy in front of the source: passes HTTP/1.1 on both ways as it streams, and has every exchange recorded.
 *
 * <pre>
 *   {@link io.sluice.proxy.ProxyMain} ─▶ {@link io.sluice.proxy.Proxy}      event loops, listening socket, TLS in front
 *                    ├─ forward    requests to the source and answers back, exchange by exchange
 *                    ├─ upstream   the clusters, their nodes and the connections to them
 *                    ├─ http       reading and writing of heads and bodies
 *                    └─ admin      status, metrics, and the route's switch
 * </pre>
 *
 * <p><b>Promise:</b> clients get what they would get without it; nothing of an answered write is missing from the capture.
 *
 * <p>Start reading at {@link io.sluice.proxy.Proxy}.
 */
@NullMarked
package io.sluice.proxy;

import org.jspecify.annotations.NullMarked;
