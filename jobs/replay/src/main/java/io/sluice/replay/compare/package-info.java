/**
 * Holds the answers of source and target to the same read against each other. Pure.
 *
 * <p>Start reading at {@link io.sluice.replay.compare.Comparison}.
 */
@NullMarked
package io.sluice.replay.compare;

import org.jspecify.annotations.NullMarked;
