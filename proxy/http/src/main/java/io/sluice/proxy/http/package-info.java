/**
 * HTTP/1.1 as it goes over the wire: reading requests and answers strictly, writing their heads byte for byte.
 *
 * <p><b>Promise:</b> what was read is what is written. A message of which it is not certain where it ends is no message:
 * it is refused here, and both sides are closed by whoever asked.
 *
 * <p>Start reading at {@link RequestDecoder} and {@link HeadRules}.
 */
@NullMarked
package io.sluice.proxy.http;

import org.jspecify.annotations.NullMarked;
