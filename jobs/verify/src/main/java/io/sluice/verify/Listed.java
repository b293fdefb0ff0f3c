package io.sluice.verify;

import io.sluice.transform.IndexNames;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What others are not sure of, and what alone is to be verified.
 *
 * @param documents their ids at the target, by index there
 * @param whole indices, or patterns, of which all documents are; named as on either side
 */
public record Listed(Map<String, Set<String>> documents, Set<String> whole) {

    /** What is not known of, or more than that, is verified. */
    public static final Listed EVERYTHING = new Listed(Map.of(), Set.of("*"));

    public Listed {
        Map<String, Set<String>> copy = new TreeMap<>();
        documents.forEach((index, ids) -> copy.put(index, Set.copyOf(ids)));
        documents = Map.copyOf(copy);
        whole = Set.copyOf(whole);
    }

    /** Whether any document of an index is verified, named as on either side. */
    public boolean names(String index) {
        return documents.containsKey(index) || isWhole(index);
    }

    /** Whether all of them are. */
    boolean isWhole(String index) {
        return whole.stream().anyMatch(pattern -> IndexNames.matches(pattern, index));
    }

    /** The same for the same lists, and hardly ever for others. */
    public String describe() {
        return "%d documents of %s, %s"
                .formatted(documents.hashCode(), new TreeSet<>(documents.keySet()), new TreeSet<>(whole));
    }
}
