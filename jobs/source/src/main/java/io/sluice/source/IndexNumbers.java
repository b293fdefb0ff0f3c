package io.sluice.source;

import io.sluice.transform.ShardLayout;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many operations each shard of an index of the source has numbered, at one moment.
 *
 * @param uuid its incarnation
 * @param layout how documents lie on its shards; null when the source does not tell
 * @param highest the highest number of each shard
 * @param checkpoints the number of each shard below which no operation is under way
 * @param histories what the numbers belong to; another one when a shard was restored, or has lost some of them; empty where the source tells none
 * @param unchecked why nothing can be said of it, as a part of a sentence; null when all of the above is known
 */
public record IndexNumbers(
        String uuid,
        @Nullable ShardLayout layout,
        Map<Integer, Long> highest,
        Map<Integer, Long> checkpoints,
        String histories,
        @Nullable String unchecked) {
    public IndexNumbers {
        highest = Map.copyOf(highest);
        checkpoints = Map.copyOf(checkpoints);
    }
}
