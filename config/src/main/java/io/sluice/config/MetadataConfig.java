package io.sluice.config;

import java.util.ArrayList;
import java.util.List;

/**
 * How settings, mappings and the like are carried.
 *
 * @param types what becomes of indices with several mapping types, in the order of the file
 * @param splitName what the indices are called that {@link Types#SPLIT} makes, with {@code {index}} and {@code {type}} in it
 */
public record MetadataConfig(List<Rule> types, String splitName) {

    private static final ValueType<String> SPLIT_NAME = ValueType.text(
            "the name of an index with {type} in it, and {index} if several indices are split",
            "name",
            "(?=.*\\{type})(?:[^\\s,/\\\\?\"<>|#:*{}A-Z]|\\{type}|\\{index}){1,255}");

    /** What becomes of an index with several mapping types. */
    public enum Types {
        /** One index with the fields of all; refused when two types disagree about a field, or share ids. */
        UNION,
        /** The same, with each id behind its type and a {@code #}. */
        PREFIX,
        /** One index for each type. */
        SPLIT,
        /** Such an index is refused. */
        FAIL
    }

    /** What becomes of the indices that fit a pattern. */
    public record Rule(String pattern, Types types) {}

    public MetadataConfig {
        types = List.copyOf(types);
    }

    /** What becomes of an index of the source: the rule of the first pattern that fits; {@link Types#UNION} when none does. */
    public Types of(String index) {
        return types.stream()
                .filter(rule -> IndicesConfig.matches(rule.pattern(), index))
                .findFirst()
                .map(Rule::types)
                .orElse(Types.UNION);
    }

    static MetadataConfig read(Fields in) {
        in.reserved("transforms", "nothing yet", "[]", "no transform is known yet. Leave the list empty.");
        List<Rule> rules = new ArrayList<>();
        in.wordOrMap("types", "index pattern", ValueType.choice(Types.values(), '_'), Types.UNION, "union")
                .forEach((pattern, types) -> rules.add(new Rule(pattern, types)));
        return new MetadataConfig(rules, in.value("split_name", SPLIT_NAME, "{index}-{type}"));
    }
}
