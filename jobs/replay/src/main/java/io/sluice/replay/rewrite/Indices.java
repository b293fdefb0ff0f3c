package io.sluice.replay.rewrite;

import io.sluice.replay.names.AffectedNames;
import io.sluice.transform.FenceKind;
import io.sluice.transform.TypeRoutes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the rules say of each index of the source; looked up once for each. Not safe for use by several threads. */
final class Indices {

    private static final int MOST = 10_000;

    private final RewriteRules rules;
    private final AffectedNames affected;
    private final Map<String, Facts> known = new HashMap<>();

    /**
     * @param isChosen whether it is carried
     * @param target what it is called on the target, where its types do not part it
     * @param behind if it is a data stream of which indices are known: what they are called on the target
     * @param isPipelined whether a pipeline of its own may change what is written to it, or through it if it is an alias
     */
    record Facts(
            boolean isChosen,
            String target,
            Set<String> behind,
            FenceKind fence,
            TypeRoutes types,
            boolean isPipelined,
            boolean isInSnapshot) {

        /** Whether it is a data stream that was known from the start. */
        boolean isStream() {
            return !behind.isEmpty();
        }
    }

    Indices(RewriteRules rules) {
        this.rules = rules;
        this.affected = new AffectedNames(rules.effects());
    }

    Facts of(String index) {
        Facts facts = known.get(index);
        if (facts == null) {
            if (known.size() >= MOST) {
                known.clear();
            }
            facts = find(index);
            known.put(index, facts);
        }
        return facts;
    }

    private Facts find(String index) {
        SnapshotMark mark = rules.mark();
        return new Facts(
                rules.names().selects(index),
                rules.names().targetName(index),
                behind(index),
                rules.fenceOf(index),
                rules.routesOf(index),
                affected.isPiped(index),
                mark != null && mark.indices().containsKey(index));
    }

    private Set<String> behind(String stream) {
        return rules.names().streams().byIndex().entrySet().stream()
                .filter(index -> index.getValue().equals(stream))
                .map(index -> rules.names().targetName(index.getKey()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
