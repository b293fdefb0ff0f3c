package io.sluice.replay.ask;

import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
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
        @Nullable String routing) {

    /** The question that a step puts. */
    public static Question of(Step.Ask ask, RewriteRules rules) {
        String id = rules.routesOf(ask.sourceIndex()).sourceId(ask.type(), ask.id());
        boolean isEverywhere = ask.reason() == AskReason.ROUTING_UNKNOWN;
        return new Question(ask.sourceIndex(), isEverywhere, ask.type(), id, isEverywhere ? null : ask.routing());
    }
}
