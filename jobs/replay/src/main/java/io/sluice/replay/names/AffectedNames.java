package io.sluice.replay.names;

import io.sluice.transform.IndexNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says of single names whether they route or change what is written through them: by what was known at the start, and what was learned
 * since. Nothing is ever unlearned. Not safe for use by several threads.
 */
public final class AffectedNames {

    /** Of more names than this nothing is kept but that there were too many: then any may do anything. */
    private static final int MOST_LEARNED = 100_000;

    private static final int MOST_REMEMBERED = 10_000;

    private final NameEffects known;
    private NameEffects learned = NameEffects.NONE;
    private Patterns routed;
    private Patterns piped;

    /** Names and patterns, which remembers what it was asked. */
    private static final class Patterns {
        private final Set<String> exact;
        private final List<String> wild = new ArrayList<>();
        private final Map<String, Boolean> remembered = new HashMap<>();

        Patterns(Set<String> all) {
            exact = all;
            all.stream().filter(one -> one.contains("*")).forEach(wild::add);
        }

        boolean fit(String name) {
            if (wild.isEmpty()) {
                return exact.contains(name);
            }
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.clear();
            }
            return remembered.computeIfAbsent(
                    name,
                    fresh -> exact.contains(fresh)
                            || wild.stream().anyMatch(pattern -> IndexNames.matches(pattern, fresh)));
        }
    }

    /** @param known at the start */
    public AffectedNames(NameEffects known) {
        this.known = known;
        this.routed = new Patterns(known.routed());
        this.piped = new Patterns(reached());
    }

    /** Takes more, of whatever time it tells. */
    public void learn(NameEffects more) {
        NameEffects fresh = more.without(known).without(learned);
        if (fresh.isEmpty()) {
            return;
        }
        NameEffects all = learned.plus(fresh);
        learned = all.size() > MOST_LEARNED ? NameEffects.ANY : all;
        routed = new Patterns(known.plus(learned).routed());
        piped = new Patterns(reached());
    }

    /** What was learned that was not known at the start. */
    public NameEffects learned() {
        return learned;
    }

    /** Whether a write through an alias may get a routing of it. */
    public boolean isRouted(String alias) {
        return routed.fit(alias);
    }

    /** Whether what is written to an index, or through an alias, may go through a pipeline of its own. */
    public boolean isPiped(String name) {
        return piped.fit(name);
    }

    /** All that is piped because something else is, too. */
    private Set<String> reached() {
        NameEffects all = known.plus(learned);
        Set<String> reached = new HashSet<>(all.piped());
        // At the start the indices themselves have told. A request may name them by a pattern of their aliases.
        List<String> wild =
                learned.piped().stream().filter(name -> name.contains("*")).toList();
        int before = -1;
        while (before != reached.size()) {
            before = reached.size();
            all.leads().forEach((name, others) -> {
                if (reached.contains(name) || wild.stream().anyMatch(pattern -> IndexNames.matches(pattern, name))) {
                    reached.addAll(others);
                }
            });
        }
        return reached;
    }
}
