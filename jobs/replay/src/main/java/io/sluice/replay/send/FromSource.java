package io.sluice.replay.send;

import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.source.FencedWrite;
import io.sluice.source.Question;
import io.sluice.source.Unwritten;
import org.jspecify.annotations.Nullable;

/** The words in which the source is asked, and those of a replay. */
final class FromSource {

    private FromSource() {}

    /** The question that a step puts. */
    static Question question(Step.Ask ask, RewriteRules rules) {
        String id = rules.routesOf(ask.sourceIndex()).sourceId(ask.type(), ask.id());
        boolean isEverywhere = ask.reason() == AskReason.ROUTING_UNKNOWN;
        return new Question(ask.sourceIndex(), isEverywhere, true, ask.type(), id, isEverywhere ? null : ask.routing());
    }

    /** What to ask in the place of a step whose index may be another one than its answer told of; null if it is a question about whichever it is. */
    static Step.@Nullable Ask ofWhichever(Step step) {
        if (step instanceof Step.Write write) {
            return write.askedWithoutNumber(AskReason.INDEX_CHANGED);
        }
        return step instanceof Step.Ask ask && ask.number() >= 0 ? ask.withoutNumber() : null;
    }

    /** The step that an answer asks for. */
    static Step.Write step(FencedWrite write) {
        return new Step.Write(
                0,
                write.index(),
                write.sourceIndex(),
                write.type(),
                write.id(),
                write.routing(),
                write.fence(),
                write.source());
    }

    /** What it is counted as that nothing is written; null for null. */
    static @Nullable Ruled ruled(@Nullable Unwritten why) {
        return why == null ? null : counted(why);
    }

    /** What it is counted as that nothing is written. */
    static Ruled counted(Unwritten why) {
        return new Ruled(why.needed() ? Verdict.UNKNOWN : Verdict.SKIPPED, why.rule());
    }
}
