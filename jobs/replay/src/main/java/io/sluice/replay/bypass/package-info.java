/**
 * Finds what was done to the source without the capture: each shard numbers its operations one after the other, so those that are
 * settled have to be as many as it has counted.
 *
 * <p>Start reading at {@link io.sluice.replay.bypass.BypassCheck}.
 */
@NullMarked
package io.sluice.replay.bypass;

import org.jspecify.annotations.NullMarked;
