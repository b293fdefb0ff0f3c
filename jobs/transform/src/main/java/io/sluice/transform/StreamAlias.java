package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.TreeSet;

/** The alias that stands for a data stream at the target: of all its indices, and the newest is the one that is written to. */
public final class StreamAlias {

    private StreamAlias() {}

    /**
     * The body of {@code POST /_aliases} that brings the alias there.
     *
     * @param there the answer to {@code GET /_alias/<alias>}, or an empty object where there is none
     * @param more indices that are to be in it besides those that are
     * @return empty when nothing is to be done
     */
    public static Optional<ObjectNode> actions(String alias, JsonNode there, Collection<String> more) {
        TreeSet<String> indices = new TreeSet<>(DataStreams.BY_GENERATION);
        there.fieldNames().forEachRemaining(indices::add);
        indices.addAll(more);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode actions = body.putArray("actions");
        for (String index : indices) {
            JsonNode of = there.path(index).path("aliases").path(alias);
            boolean isWritten = of.path("is_write_index").asBoolean(false);
            boolean isNewest = index.equals(Collections.max(indices, DataStreams.BY_GENERATION));
            if (of.isMissingNode() || isWritten != isNewest) {
                actions.addObject()
                        .putObject("add")
                        .put("index", index)
                        .put("alias", alias)
                        .put("is_write_index", isNewest);
            }
        }
        return actions.isEmpty() ? Optional.empty() : Optional.of(body);
    }
}
