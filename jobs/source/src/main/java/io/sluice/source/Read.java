package io.sluice.source;

import org.jspecify.annotations.Nullable;

/**
 * A place at the source, and what was there.
 *
 * @param document null where it need not be read: nothing is there
 * @param highest the shard's highest sequence number before it was read; {@link SourceIndices#UNKNOWN} where the source tells none
 * @param shard {@link ShardFinder#UNKNOWN} where it is not known
 */
record Read(Place place, @Nullable FoundDocument document, int shard, long highest) {}
