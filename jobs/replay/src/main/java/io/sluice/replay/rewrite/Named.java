package io.sluice.replay.rewrite;

import io.sluice.transform.TypeRoutes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request's expression of indices names.
 *
 * @param isOpen whether it may stand for indices that it does not spell out: a wildcard, an alias, all
 * @param isDateMath whether a name depends on the time
 * @param names at the target, of those that are chosen
 * @param behind indices at the target that are known of data streams among them
 * @param lacksChosen whether names are spelled out, and none is chosen
 * @param isSplit whether one may be an index whose types go to indices of their own: at the target there is none of its name
 */
record Named(
        boolean isOpen,
        boolean isDateMath,
        List<String> names,
        Set<String> behind,
        boolean lacksChosen,
        boolean isSplit) {

    Named {
        names = List.copyOf(names);
        behind = Set.copyOf(behind);
    }

    /** @param expression null where the request is for all */
    static Named of(@Nullable String expression, RewriteRules rules, Indices indices) {
        if (expression == null || expression.isEmpty()) {
            return new Named(true, false, List.of("_all"), Set.of(), false, splits(rules));
        }
        boolean isOpen = false;
        boolean isDateMath = false;
        boolean isSplit = false;
        List<String> names = new ArrayList<>();
        Set<String> behind = new LinkedHashSet<>();
        for (String part : expression.split(",", -1)) {
            if (part.startsWith("<")) {
                isDateMath = true;
            } else if (part.equals("_all") || part.contains("*") || part.startsWith("-") || part.startsWith("+")) {
                isOpen = true;
                names.add(part);
            } else if (rules.aliases().contains(part) && !indices.of(part).isStream()) {
                isOpen = true;
                names.add(part);
            } else if (indices.of(part).isChosen()) {
                names.add(indices.of(part).target());
                behind.addAll(indices.of(part).behind());
                isSplit |= rules.routesOf(part).isSplit();
            }
        }
        isSplit |= isOpen && splits(rules);
        return new Named(isOpen, isDateMath, names, behind, names.isEmpty() && !isDateMath, isSplit);
    }

    private static boolean splits(RewriteRules rules) {
        return rules.routes().values().stream().anyMatch(TypeRoutes::isSplit);
    }

    /** Whether it stands for every index, or for all but some. */
    boolean isEverything() {
        return names.contains("_all") || names.contains("*");
    }

    Scope scope() {
        return isOpen ? Scope.ALL : Scope.of(touched());
    }

    /** The names, and what is known to be behind them. */
    Set<String> touched() {
        Set<String> touched = new LinkedHashSet<>(names);
        touched.addAll(behind);
        return touched;
    }

    /** As a segment of a path. */
    String segment() {
        return Target.encoded(String.join(",", names));
    }
}
