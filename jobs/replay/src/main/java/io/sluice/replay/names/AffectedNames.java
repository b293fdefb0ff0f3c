package io.sluice.replay.names;

import io.sluice.transform.IndexNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says of single names whether they route or change what is written through them: by what was known at the start, and what was learned
 * since. Nothing is ever unlearned. To learn a name costs no more where many were learned before. Not safe for use by several threads.
 */
public final class AffectedNames {

    /** Of more names than this nothing is kept but that there were too many: then any may do anything. */
    private static final int MOST_LEARNED = 100_000;

    private static final int MOST_REMEMBERED = 10_000;

    private final NameEffects known;
    private final Set<String> learnedRouted = new HashSet<>();
    private final Set<String> learnedPiped = new HashSet<>();
    private final Map<String, Set<String>> learnedLeads = new HashMap<>();
    private final Patterns routed = new Patterns();
    /** With all that is piped because something else is, too. */
    private final Patterns piped = new Patterns();

    private int size;
    private boolean isAny;

    /** Names and patterns, which remembers what it was asked. */
    private static final class Patterns {
        private final Set<String> all = new HashSet<>();
        private final List<String> wild = new ArrayList<>();
        private final Map<String, Boolean> remembered = new HashMap<>();

        /** False if it has it. */
        boolean add(String name) {
            if (!all.add(name)) {
                return false;
            }
            if (isWild(name)) {
                wild.add(name);
                remembered.clear();
            } else {
                remembered.remove(name);
            }
            return true;
        }

        boolean fit(String name) {
            if (wild.isEmpty()) {
                return all.contains(name);
            }
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.clear();
            }
            return remembered.computeIfAbsent(
                    name,
                    fresh -> all.contains(fresh)
                            || wild.stream().anyMatch(pattern -> IndexNames.matches(pattern, fresh)));
        }
    }

    /** @param known at the start */
    public AffectedNames(NameEffects known) {
        this.known = known;
        known.routed().forEach(routed::add);
        // Indices that were there have told themselves what patterns did to them.
        reach(known.piped(), false);
    }

    private static boolean isWild(String name) {
        return name.contains("*");
    }

    /** Takes more, of whatever time it tells. */
    public void learn(NameEffects more) {
        more.routed().forEach(this::learnRouted);
        more.leads().forEach(this::learnLeads);
        more.piped().forEach(this::learnPiped);
        if (size > MOST_LEARNED && !isAny) {
            isAny = true;
            learnedRouted.clear();
            learnedPiped.clear();
            learnedLeads.clear();
            NameEffects.ANY.routed().forEach(routed::add);
            NameEffects.ANY.piped().forEach(piped::add);
        }
    }

    private void learnRouted(String name) {
        if (!isAny && !known.routed().contains(name) && learnedRouted.add(name)) {
            size++;
            routed.add(name);
        }
    }

    private void learnPiped(String name) {
        if (!isAny && !known.piped().contains(name) && learnedPiped.add(name)) {
            size++;
            reach(List.of(name), true);
        }
    }

    /** A request may have made what leads there by a pattern of whatever time: that is known of none before. */
    private void learnLeads(String name, Set<String> others) {
        Set<String> before = known.leads().getOrDefault(name, Set.of());
        for (String other : others) {
            if (!isAny
                    && !before.contains(other)
                    && learnedLeads
                            .computeIfAbsent(name, fresh -> new HashSet<>())
                            .add(other)) {
                size++;
                if (piped.fit(name)) {
                    reach(List.of(other), true);
                }
            }
        }
    }

    /**
     * These are piped, and what they lead to.
     *
     * @param byPattern whether a pattern stands for what it fits, as a request may name aliases by one
     */
    private void reach(Collection<String> names, boolean byPattern) {
        Deque<String> left = new ArrayDeque<>(names);
        while (!left.isEmpty()) {
            String name = left.remove();
            if (!piped.add(name)) {
                continue;
            }
            left.addAll(known.leads().getOrDefault(name, Set.of()));
            left.addAll(learnedLeads.getOrDefault(name, Set.of()));
            if (byPattern && isWild(name)) {
                addFitting(name, known.leads(), left);
                addFitting(name, learnedLeads, left);
            }
        }
    }

    private static void addFitting(String pattern, Map<String, Set<String>> leads, Collection<String> into) {
        leads.forEach((name, others) -> {
            if (IndexNames.matches(pattern, name)) {
                into.addAll(others);
            }
        });
    }

    /** Whether anything was learned that was not known at the start. */
    public boolean hasLearned() {
        return size > 0;
    }

    /** What was learned that was not known at the start. */
    public NameEffects learned() {
        return isAny ? NameEffects.ANY : new NameEffects(learnedRouted, learnedPiped, learnedLeads);
    }

    /** Whether a write through an alias may get a routing of it. */
    public boolean isRouted(String alias) {
        return routed.fit(alias);
    }

    /** Whether what is written to an index, or through an alias, may go through a pipeline of its own. */
    public boolean isPiped(String name) {
        return piped.fit(name);
    }
}
