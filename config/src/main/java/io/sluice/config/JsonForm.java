package io.sluice.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.YamlNode.Mapping;
import io.sluice.config.YamlNode.Nothing;
import io.sluice.config.YamlNode.Scalar;
import io.sluice.config.YamlNode.Sequence;

/** Makes JSON of YAML where others than this module know what may stand there. */
final class JsonForm {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Reading reading;

    JsonForm(Reading reading) {
        this.reading = reading;
    }

    /** The same as JSON; what has no form there becomes a problem. */
    JsonNode of(String path, YamlNode node) {
        if (node instanceof Mapping mapping) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            mapping.entries().forEach((key, entry) -> object.set(key, of(path + "." + key, entry.value())));
            return object;
        }
        if (node instanceof Sequence sequence) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < sequence.items().size(); i++) {
                array.add(of(path + "[" + i + "]", sequence.items().get(i)));
            }
            return array;
        }
        return node instanceof Nothing ? JsonNodeFactory.instance.nullNode() : scalar(path, (Scalar) node);
    }

    private JsonNode scalar(String path, Scalar scalar) {
        try {
            return scalar.isText()
                    ? JsonNodeFactory.instance.textNode(reading.substituted(scalar.text()))
                    : JSON.readTree(scalar.text());
        } catch (Reading.UnresolvedException unresolved) {
            reading.problem(path, scalar.line(), unresolved.reason());
        } catch (JsonProcessingException form) {
            reading.problem(
                    path,
                    scalar.line(),
                    "expected a number as JSON writes it, or a text in quotes, but found " + scalar.kind() + ".");
        }
        return JsonNodeFactory.instance.nullNode();
    }
}
