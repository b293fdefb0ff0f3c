package io.sluice.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every document of an index on two clusters, compared by id, routing and the bytes of the source. Both
 * sides must be at rest.
 *
 * @param source how many documents the source has
 * @param target how many the target has
 * @param missing of the source's, how many the target lacks
 * @param extra of the target's, how many the source lacks
 * @param different how many are on both sides with different sources
 * @param examples a few of those, in words
 */
public record DocumentComparison(
        String index, long source, long target, long missing, long extra, long different, List<String> examples) {

    private static final int MOST_EXAMPLES = 10;

    public DocumentComparison {
        examples = List.copyOf(examples);
    }

    public boolean isEqual() {
        return missing == 0 && extra == 0 && different == 0 && source == target;
    }

    /** Reads {@code index} on both sides whole. */
    public static DocumentComparison of(URI source, URI target, String index) throws IOException {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Map<DocumentHashes.Key, DocumentHashes.Hash> left = DocumentHashes.of(http, source, index);
        Map<DocumentHashes.Key, DocumentHashes.Hash> right = DocumentHashes.of(http, target, index);
        return of(index, left, right);
    }

    static DocumentComparison of(
            String index,
            Map<DocumentHashes.Key, DocumentHashes.Hash> source,
            Map<DocumentHashes.Key, DocumentHashes.Hash> target) {
        long missing = 0;
        long different = 0;
        long extra = 0;
        List<String> examples = new ArrayList<>();
        for (Map.Entry<DocumentHashes.Key, DocumentHashes.Hash> document : source.entrySet()) {
            DocumentHashes.Hash there = target.get(document.getKey());
            if (there == null) {
                missing++;
                example(examples, "missing", document.getKey());
            } else if (!there.equals(document.getValue())) {
                different++;
                example(examples, "different", document.getKey());
            }
        }
        for (DocumentHashes.Key key : target.keySet()) {
            if (!source.containsKey(key)) {
                extra++;
                example(examples, "extra", key);
            }
        }
        return new DocumentComparison(index, source.size(), target.size(), missing, extra, different, examples);
    }

    private static void example(List<String> examples, String what, DocumentHashes.Key key) {
        if (examples.size() < MOST_EXAMPLES) {
            examples.add(what + ": id " + key.id() + (key.routing().isEmpty() ? "" : ", routing " + key.routing()));
        }
    }
}
