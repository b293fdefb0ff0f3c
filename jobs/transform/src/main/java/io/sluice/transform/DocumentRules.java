package io.sluice.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.List;

/**
 * Which documents of the chosen indices are wanted, and which of their fields are not.
 *
 * @param query a {@link DocumentQuery} as JSON; empty for every document
 * @param sample the wanted part of all documents, above 0 and at most 1
 * @param drop paths of fields, as {@link FieldCut} knows them
 */
public record DocumentRules(String query, double sample, List<String> drop) implements Serializable {

    /** Every document as it is. */
    public static final DocumentRules NONE = new DocumentRules("", 1, List.of());

    private static final ObjectMapper JSON = new ObjectMapper();

    public DocumentRules {
        drop = List.copyOf(drop);
        if (!(sample > 0 && sample <= 1)) {
            throw new IllegalArgumentException("a sample of " + sample);
        }
        if (!query.isEmpty()) {
            parsed(query);
        }
    }

    /** Whether documents that these rules choose are all among those that the others choose. */
    public boolean chooseNoMoreThan(DocumentRules others) {
        boolean isPartOfQuery = others.query.isEmpty() || others.query.equals(query);
        return isPartOfQuery && sample <= others.sample;
    }

    /** Whether an id belongs to the sample. */
    boolean samples(byte[] id, int length) {
        return sample >= 1 || SampledIds.place(id, length) < sample;
    }

    DocumentQuery parsedQuery() {
        return query.isEmpty() ? new DocumentQuery.All() : parsed(query);
    }

    private static DocumentQuery parsed(String query) {
        try {
            return DocumentQuery.parse(JSON.readTree(query));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
