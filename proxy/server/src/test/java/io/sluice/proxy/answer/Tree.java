package io.sluice.proxy.answer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** A document as a tree whose leaves are the text that stands for them, so that nothing about it can be reprinted. */
sealed interface Tree {

    /** In the layout of a server that is not asked for {@code pretty}. */
    String compact();

    /** In the layout of a server that is asked for {@code pretty}, without the line's end after it. */
    String pretty(String indent);

    /** A number, string, boolean or null. */
    record Leaf(String text) implements Tree {

        @Override
        public String compact() {
            return text;
        }

        @Override
        public String pretty(String indent) {
            return text;
        }
    }

    /** An object; names as they stand between quotes. */
    record Fields(Map<String, Tree> fields) implements Tree {

        @Override
        public String compact() {
            return fields.entrySet().stream()
                    .map(field ->
                            "\"" + field.getKey() + "\":" + field.getValue().compact())
                    .collect(Collectors.joining(",", "{", "}"));
        }

        @Override
        public String pretty(String indent) {
            String inside = indent + "  ";
            return fields.isEmpty()
                    ? "{ }"
                    : fields.entrySet().stream()
                            .map(field -> inside + "\"" + field.getKey() + "\" : "
                                    + field.getValue().pretty(inside))
                            .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
        }
    }

    /** An array. */
    record Elements(List<Tree> elements) implements Tree {

        @Override
        public String compact() {
            return elements.stream().map(Tree::compact).collect(Collectors.joining(",", "[", "]"));
        }

        @Override
        public String pretty(String indent) {
            String inside = indent + "  ";
            return elements.isEmpty()
                    ? "[ ]"
                    : elements.stream()
                            .map(element -> inside + element.pretty(inside))
                            .collect(Collectors.joining(",\n", "[\n", "\n" + indent + "]"));
        }
    }

    /** Names that filters meet often, and some that are hard to write. */
    List<String> NAMES = List.of("a", "b", "ab", "ba", "abc", "_id", "items", "é", "\\uD83D\\uDE00", "q\\\"q", "x y");

    /** Leaves as servers write them. */
    List<String> LEAVES = List.of(
            "0",
            "-1.0",
            "1.10",
            "1e2",
            "1E400",
            "12345678901234567890123",
            "0.1234567890123456789",
            "true",
            "false",
            "null",
            "\"\"",
            "\"text\"",
            "\"é€\"",
            "\"\\uD83D\\uDE00\"",
            "\"\\\"\\\\\\n\\u0001\"",
            "\"" + "long é ".repeat(900) + "\"");

    /** Makes an object up to so deep. */
    static Fields random(RandomGenerator random, int depth) {
        Map<String, Tree> fields = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.put(NAMES.get(random.nextInt(NAMES.size())), value(random, depth - 1));
        }
        return new Fields(fields);
    }

    private static Tree value(RandomGenerator random, int depth) {
        int kind = depth <= 0 ? 0 : random.nextInt(4);
        if (kind == 1 || kind == 2) {
            return random(random, depth);
        }
        if (kind == 3) {
            List<Tree> elements = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                elements.add(value(random, depth - 1));
            }
            return new Elements(elements);
        }
        // the long one is rare
        int leaf = random.nextInt(LEAVES.size() * 8);
        return new Leaf(LEAVES.get(leaf == 0 ? LEAVES.size() - 1 : leaf % (LEAVES.size() - 1)));
    }
}
