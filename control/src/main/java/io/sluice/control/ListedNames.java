package io.sluice.control;

import io.sluice.verify.Listed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lists with the indices in them that their names stand for: requests name aliases and data streams as well.
 *
 * @param unresolved names that stand for nothing on either side; the lists have them still
 */
record ListedNames(Listed listed, Set<String> unresolved) {

    /** @param sides what names stand for there */
    static ListedNames of(Listed listed, List<ClusterNames> sides) {
        if (listed.equals(Listed.EVERYTHING)) {
            return new ListedNames(listed, Set.of());
        }
        Set<String> unresolved = new TreeSet<>();
        Map<String, Set<String>> documents = new TreeMap<>();
        listed.documents()
                .forEach((name, ids) -> indices(name, sides, unresolved)
                        .forEach(index -> documents
                                .computeIfAbsent(index, one -> new TreeSet<>())
                                .addAll(ids)));
        Set<String> whole = new TreeSet<>();
        listed.whole().forEach(name -> whole.addAll(indices(name, sides, unresolved)));
        return new ListedNames(new Listed(documents, whole), unresolved);
    }

    private static Set<String> indices(String name, List<ClusterNames> sides, Set<String> unresolved) {
        Set<String> indices = new TreeSet<>();
        sides.forEach(side -> indices.addAll(side.standingFor(name)));
        if (indices.isEmpty()) {
            unresolved.add(name);
            return Set.of(name);
        }
        return indices;
    }
}
