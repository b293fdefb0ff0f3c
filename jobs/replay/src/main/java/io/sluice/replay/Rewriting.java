package io.sluice.replay;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Rewriter;
import io.sluice.replay.rewrite.Rewritten;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Says what is to be done at the target because of an exchange. A pure function; each object is used by one thread. */
@FunctionalInterface
public interface Rewriting {

    /** Rewrites one exchange. */
    Rewritten rewrite(CapturedExchange exchange);

    /** Travels with the job and makes one for each subtask. */
    @FunctionalInterface
    interface Maker extends Serializable {
        /** Makes one. */
        Rewriting make();

        /** What an index of the source is called at the target; null when it is not carried. */
        default @Nullable String targetName(String sourceIndex) {
            return sourceIndex;
        }
    }

    /** By rules. */
    static Maker by(RewriteRules rules) {
        return new ByRules(rules);
    }

    /** Makes rewritings by rules. A class of its own, as it travels to other hosts. */
    record ByRules(RewriteRules rules) implements Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            return new Rewriter(rules)::rewrite;
        }

        @Override
        public @Nullable String targetName(String sourceIndex) {
            return rules.names().selects(sourceIndex) ? rules.names().targetName(sourceIndex) : null;
        }
    }
}
