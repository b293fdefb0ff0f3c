/**
 * What a request to a search server does, told by its method and target alone.
 *
 * <pre>
 *   routes.txt ─▶ RouteTable ─▶ {@link io.sluice.capture.route.Route#of}
 * </pre>
 *
 * <p><b>Promise:</b> a request that could change data on any server that the table covers is a write; so is one that
 * nobody knows. Pure functions: no input or output once the table is loaded, no state, any thread.
 *
 * <p>Start reading at {@link io.sluice.capture.route.Route}, then at {@code routes.txt} among the resources.
 */
@NullMarked
package io.sluice.capture.route;

import org.jspecify.annotations.NullMarked;
