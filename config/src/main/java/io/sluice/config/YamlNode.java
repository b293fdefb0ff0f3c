package io.sluice.config;

import java.util.List;
import java.util.Map;

/** A piece of YAML that knows its line. */
sealed interface YamlNode {

    /** Of its first character, from 1. */
    int line();

    /** What a message calls it. */
    String kind();

    /** Keys in the order of the file. */
    record Mapping(int line, Map<String, Entry> entries) implements YamlNode {
        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** A list. */
    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /**
     * Anything else, as written.
     *
     * @param isText whether YAML reads it as text: it stands in quotes, or is neither a number nor true nor false
     */
    record Scalar(int line, String text, boolean isText) implements YamlNode {
        @Override
        public String kind() {
            return "\"" + text + "\"";
        }
    }

    /** Nothing: {@code key:} or {@code key: null}. */
    record Nothing(int line) implements YamlNode {
        @Override
        public String kind() {
            return "nothing";
        }
    }

    /**
     * A key and what stands under it.
     *
     * @param line of the key
     */
    record Entry(int line, YamlNode value) {}
}
