package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateException;
import io.sluice.replay.names.NameEffects;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What names of the source do, and did whenever a command of the migration has looked: a capture tells of writes of before, also where a
 * name does nothing any more.
 */
final class EverNames {

    private static final String ROUTED = "routed";
    private static final String PIPED = "piped";

    private EverNames() {}

    /**
     * Adds what they do now to what is known.
     *
     * @return all of it
     */
    static NameEffects with(NumberedFile file, NameEffects now) throws StateException {
        NameEffects before = read(file.read());
        // What leads where, is asked of the source each time: what it led to is among those that are known.
        if (!new NameEffects(now.routed(), now.piped(), Map.of())
                .without(before)
                .isEmpty()) {
            file.update(known -> written(read(Optional.of(known)).plus(now), known));
        }
        return before.plus(now);
    }

    private static NameEffects read(Optional<ObjectNode> file) {
        return file.map(known -> new NameEffects(texts(known.path(ROUTED)), texts(known.path(PIPED)), Map.of()))
                .orElse(NameEffects.NONE);
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new HashSet<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    private static ObjectNode written(NameEffects effects, ObjectNode into) {
        ArrayNode routed = into.putArray(ROUTED);
        new TreeSet<>(effects.routed()).forEach(routed::add);
        ArrayNode piped = into.putArray(PIPED);
        new TreeSet<>(effects.piped()).forEach(piped::add);
        return into;
    }
}
