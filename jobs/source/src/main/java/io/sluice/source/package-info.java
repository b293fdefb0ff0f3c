/**
 * Asks a living source: for documents as they are now, for what changed in an index, and for how indices are defined; and makes
 * fenced writes of its answers. What replay and verify have in common.
 *
 * <p><b>Promise:</b> what is written is what the source has, in its own bytes, at a moment after the question was put; and its
 * fence is never above that of an operation that comes later.
 *
 * <p>Start reading at {@link io.sluice.source.SourceReading}. No Flink; nothing blocks.
 */
@NullMarked
package io.sluice.source;

import org.jspecify.annotations.NullMarked;
