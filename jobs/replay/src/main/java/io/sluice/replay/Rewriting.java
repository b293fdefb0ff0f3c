package io.sluice.replay;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Rewriter;
import io.sluice.replay.rewrite.Rewritten;
import io.sluice.replay.rewrite.WholeRequests;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypeRoutes;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Set;
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

        /** What it goes by; what has to be asked of the source, and the indices that are made, go by the same. */
        default RewriteRules rules() {
            return RewriteRules.DEFAULT;
        }

        /** Whether requests are sent as they were captured, each connection's in their order, and nothing is made to converge. */
        default boolean isLoad() {
            return false;
        }

        /** What an index of the source is called at the target; null when it is not carried. */
        default @Nullable String targetName(String sourceIndex) {
            IndexNames names = rules().names();
            return names.selects(sourceIndex) ? names.targetName(sourceIndex) : null;
        }

        /** The same, and what the indices of its types are called where they go apart; nothing when it is not carried. */
        default Set<String> targetNames(String sourceIndex) {
            String whole = targetName(sourceIndex);
            if (whole == null) {
                return Set.of();
            }
            TypeRoutes routes = rules().routesOf(sourceIndex);
            Set<String> names =
                    new HashSet<>(routes.isSplit() ? routes.targets().values() : Set.of());
            names.add(whole);
            return names;
        }
    }

    /** By rules. */
    static Maker by(RewriteRules rules) {
        return new ByRules(rules);
    }

    /** For requests as they were captured, each so many times. */
    static Maker load(int copies) {
        return new AsCaptured(copies);
    }

    /** Makes what leaves requests as they are. A class of its own, as it travels to other hosts. */
    record AsCaptured(int copies) implements Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            return new WholeRequests(copies)::rewrite;
        }

        @Override
        public boolean isLoad() {
            return true;
        }
    }

    /** Makes rewritings by rules. A class of its own, as it travels to other hosts. */
    record ByRules(RewriteRules rules) implements Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            return new Rewriter(rules)::rewrite;
        }
    }
}
