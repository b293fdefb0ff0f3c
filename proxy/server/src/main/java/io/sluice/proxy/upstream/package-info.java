/**
 * The clusters behind the proxy: their nodes, how they are, and the connections to them.
 *
 * <p><b>Threads:</b> an {@link io.sluice.proxy.upstream.Upstream} and its nodes are shared. Everything else belongs to one
 * {@link io.sluice.proxy.upstream.Lane}, an event loop: a client and the connection that its request goes over are always
 * of the same one, so no request changes threads.
 *
 * <p>Start reading at {@link io.sluice.proxy.upstream.NodePool}.
 */
@NullMarked
package io.sluice.proxy.upstream;

import org.jspecify.annotations.NullMarked;
