/**
 * The proxy in front of the source: passes HTTP/1.1 on both ways as it streams, and has every exchange recorded.
 *
 * <p><b>Promise:</b> clients get what they would get without it; nothing of an answered write is missing from the capture.
 */
@NullMarked
package io.sluice.proxy;

import org.jspecify.annotations.NullMarked;
