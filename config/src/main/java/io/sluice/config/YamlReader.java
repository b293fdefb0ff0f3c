package io.sluice.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads YAML 1.1 into nodes with lines. One document; no anchors, no aliases, no tags; a key stands once.
 *
 * <p>{@code ${env:NAME}} may stand unquoted everywhere, also inside {@code {…}}, where YAML itself would end a plain
 * value at its braces: they are swapped for characters without meaning before the text is parsed, and back afterwards.
 */
final class YamlReader {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^{}\\r\\n]*)}");
    private static final char OPEN = '\uE000';
    private static final char CLOSE = '\uE001';
    private static final int MAX_DEPTH = 32;

    private static final YAMLFactory YAML = new YAMLFactory();

    private final YAMLParser parser;
    private final List<Problem> problems;

    private YamlReader(YAMLParser parser, List<Problem> problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /**
     * Reads a text.
     *
     * @param problems is given what is wrong
     * @return the document's mapping; an empty one when the text is not YAML or its document is no mapping
     */
    static YamlNode.Mapping read(String text, List<Problem> problems) {
        YamlNode.Mapping nothing = new YamlNode.Mapping(1, Map.of());
        try (YAMLParser parser = YAML.createParser(withoutBraces(text))) {
            if (parser.nextToken() == null) {
                problems.add(new Problem("", 0, "The file is empty. Copy one of config/samples and change it."));
                return nothing;
            }
            YamlNode root = new YamlReader(parser, problems).node("", 0);
            if (parser.nextToken() != null) {
                problems.add(new Problem("", line(parser), "A second document starts here; one is allowed."));
            }
            if (root instanceof YamlNode.Mapping mapping) {
                return mapping;
            }
            problems.add(new Problem("", root.line(), "Expected keys and values but found " + kind(root) + "."));
        } catch (JsonProcessingException notYaml) {
            problems.add(new Problem("", line(notYaml), "Not YAML: " + reason(notYaml) + "."));
        } catch (IOException impossible) {
            throw new IllegalStateException("Reading from memory failed", impossible);
        }
        return nothing;
    }

    private YamlNode node(String path, int depth) throws IOException {
        int line = line(parser);
        if (parser.getObjectId() != null || parser.getTypeId() != null || parser.isCurrentAlias()) {
            problems.add(new Problem(path, line, "Anchors, aliases and tags are not allowed. Write the value out."));
        }
        if (depth > MAX_DEPTH) {
            throw new DepthException(path, line);
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(path, line, depth);
            case START_ARRAY -> sequence(path, line, depth);
            case VALUE_NULL -> new YamlNode.Nothing(line);
            default -> new YamlNode.Scalar(line, restored(text()), token == JsonToken.VALUE_STRING);
        };
    }

    private YamlNode.Mapping mapping(String path, int line, int depth) throws IOException {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            int keyLine = line(parser);
            String key = restored(parser.currentName());
            String below = path.isEmpty() ? key : path + "." + key;
            parser.nextToken();
            YamlNode.Entry before = entries.put(key, new YamlNode.Entry(keyLine, node(below, depth + 1)));
            if (before != null) {
                problems.add(new Problem(
                        below, keyLine, "Already given in line " + before.line() + ". Keep one of the two."));
            }
        }
        return new YamlNode.Mapping(line, entries);
    }

    private YamlNode.Sequence sequence(String path, int line, int depth) throws IOException {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]", depth + 1));
        }
        return new YamlNode.Sequence(line, items);
    }

    private String text() throws IOException {
        @Nullable String text = parser.getText();
        return text == null ? "" : text;
    }

    private static String withoutBraces(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement("$" + OPEN + found.group(1) + CLOSE));
    }

    private static String restored(String text) {
        return text.replace(OPEN, '{').replace(CLOSE, '}');
    }

    private static String kind(YamlNode node) {
        return node instanceof YamlNode.Scalar ? "a single value" : node.kind();
    }

    private static int line(YAMLParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private static int line(JsonProcessingException failure) {
        @Nullable JsonLocation location = failure.getLocation();
        return location == null ? 0 : location.getLineNr();
    }

    /** The parser's own first words: what follows quotes the text, and the text may hold a password. */
    private static String reason(JsonProcessingException failure) {
        String message = failure.getOriginalMessage();
        int end = message.indexOf('\n');
        return (end < 0 ? message : message.substring(0, end)).replaceAll("['\"].*['\"]", "…");
    }

    /** Somebody's joke, or an attack. */
    private static final class DepthException extends JsonProcessingException {
        DepthException(String path, int line) {
            super(path + " lies deeper than " + MAX_DEPTH + " levels", new JsonLocation(null, 0, line, 0));
        }
    }
}
