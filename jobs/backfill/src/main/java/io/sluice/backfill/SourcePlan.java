package io.sluice.backfill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.transform.SourceShape;
import io.sluice.transform.SourceState;
import java.io.Serializable;
import java.util.Locale;

/**
 * What to do about the sources of an index.
 *
 * @param state how much of them is stored
 * @param rebuild whether what is not stored is rebuilt; else such documents are left out
 * @param definition mappings and settings of the index as JSON, where its sources are not stored whole
 */
public record SourcePlan(SourceState state, boolean rebuild, String definition) implements Serializable {

    /** They are stored as they were sent. */
    public static final SourcePlan WHOLE = new SourcePlan(SourceState.WHOLE, false, "{}");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param rebuild whether the user wants it */
    static SourcePlan of(IndexMetadata index, boolean rebuild) {
        SourceState state = SourceState.of(index.mappings(), index.settings());
        if (state == SourceState.WHOLE) {
            return WHOLE;
        }
        ObjectNode definition = JSON.createObjectNode();
        definition.set("mappings", index.mappings());
        definition.set("settings", index.settings());
        return new SourcePlan(state, rebuild, definition.toString());
    }

    /** What can be rebuilt of them. */
    SourceShape shape() {
        try {
            JsonNode parsed = JSON.readTree(definition);
            return SourceShape.of(parsed.path("mappings"), parsed.path("settings"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a definition that was written as JSON", e);
        }
    }

    /** What the status says of an index with such sources: fields that are lost, or come otherwise, by the reason. */
    ObjectNode describe() {
        SourceShape shape = shape();
        ObjectNode described = JSON.createObjectNode();
        described.put("stored", state.name().toLowerCase(Locale.ROOT));
        described.put("rebuilt", rebuild);
        described.set("approximate", JSON.valueToTree(shape.approximate()));
        described.set("lost", JSON.valueToTree(shape.lost()));
        return described;
    }
}
