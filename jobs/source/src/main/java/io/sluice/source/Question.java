package io.sluice.source;

import org.jspecify.annotations.Nullable;

/**
 * What became of one document? All that want to know it of the same document put the same question.
 *
 * @param name of an index at the source; or of something else that may stand for indices, when a request called it so
 * @param everywhere whether it may lie on any shard, as its routing is not known
 * @param routed whether it may have been given another routing on its way in, by a pipeline: it is looked for there, if it is not here
 * @param type its mapping type at the source; null where it has none
 * @param id at the source
 * @param routing null for none
 */
public record Question(
        String name,
        boolean everywhere,
        boolean routed,
        @Nullable String type,
        String id,
        @Nullable String routing) {

    /** Of a document that lies where its routing says, or anywhere. */
    public Question(String name, boolean everywhere, @Nullable String type, String id, @Nullable String routing) {
        this(name, everywhere, false, type, id, routing);
    }
}
