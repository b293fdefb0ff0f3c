/**
 * The admin port: how a proxy is, in JSON and for Prometheus, and the way to turn its route.
 *
 * <p><b>Promise:</b> nobody is answered without the token, or a certificate where these are asked for.
 *
 * <p><b>Threads:</b> one of its own, so that it answers when the proxy is busy.
 *
 * <p>Start reading at {@link io.sluice.proxy.admin.AdminHandler}.
 */
@NullMarked
package io.sluice.proxy.admin;

import org.jspecify.annotations.NullMarked;
