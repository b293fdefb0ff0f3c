package io.sluice.source;

import org.jspecify.annotations.Nullable;

/**
 * What became of one document? All that want to know it of the same document put the same question.
 *
 * @param name of an index at the source; or of something else that may stand for indices, when a request called it so
 * @param everywhere whether it may lie on any shard, as its routing is not known
 * @param type its mapping type at the source; null where it has none
 * @param id at the source
 * @param routing null for none
 */
public record Question(
        String name,
        boolean everywhere,
        @Nullable String type,
        String id,
        @Nullable String routing) {}
