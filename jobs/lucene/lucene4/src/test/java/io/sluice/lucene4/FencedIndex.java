package io.sluice.lucene4;

import io.sluice.fixtures.FoundDocument;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An index as a target keeps it: the highest fence of each document wins, tombstones included, and the same one is taken again. */
final class FencedIndex {

    private final boolean bySequence;
    private final Map<List<Object>, Long> fences = new HashMap<>();
    private final Map<List<Object>, FoundDocument> documents = new HashMap<>();

    FencedIndex(boolean bySequence) {
        this.bySequence = bySequence;
    }

    boolean isFencedBySequence() {
        return bySequence;
    }

    void index(FoundDocument document) {
        if (passes(document, bySequence ? Math.max(0, document.seqNo()) : document.version())) {
            documents.put(key(document), document);
        }
    }

    /** @param fence the highest sequence number of the shard; where there are none, the document's version decides */
    void delete(FoundDocument document, long fence) {
        if (passes(document, bySequence ? fence : document.version() + 1)) {
            documents.remove(key(document));
        }
    }

    private boolean passes(FoundDocument document, long fence) {
        boolean passes = fence >= fences.getOrDefault(key(document), -1L);
        if (passes) {
            fences.put(key(document), fence);
        }
        return passes;
    }

    Collection<FoundDocument> documents() {
        return documents.values();
    }

    private static List<Object> key(FoundDocument document) {
        return List.of(document.shard(), document.type(), document.id(), document.routing());
    }
}
