package io.sluice.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What keeps an older write from replacing a newer one; the same for backfill and replay.
 *
 * @param byPattern a kind for each index pattern, in the order of the file
 */
public record FenceConfig(List<Rule> byPattern) {

    /** What a write carries as its external version. */
    public enum Kind {
        /** The sequence number where the index has them, else the version. */
        AUTO,
        /** The source's sequence number. */
        SEQ_NO,
        /** The source's version. */
        VERSION,
        /** Nothing: a repeat or a late write wins. */
        NONE
    }

    /** A kind for the indices that fit a pattern. */
    public record Rule(String pattern, Kind kind) {}

    public FenceConfig {
        byPattern = List.copyOf(byPattern);
    }

    /** The kind for an index of the source: that of the first pattern that fits; {@link Kind#AUTO} when none does. */
    public Kind of(String index) {
        return byPattern.stream()
                .filter(rule -> IndicesConfig.matches(rule.pattern(), index))
                .findFirst()
                .map(Rule::kind)
                .orElse(Kind.AUTO);
    }

    /** Whether any index goes without. */
    public boolean isAbsentSomewhere() {
        return byPattern.stream().anyMatch(rule -> rule.kind() == Kind.NONE);
    }

    static FenceConfig read(Fields in) {
        Map<String, Kind> kinds = new LinkedHashMap<>(
                in.wordOrMap("fence", "index pattern", ValueType.choice(Kind.values(), '_'), Kind.AUTO, "auto"));
        List<Rule> rules = new ArrayList<>();
        kinds.forEach((pattern, kind) -> rules.add(new Rule(pattern, kind)));
        return new FenceConfig(rules);
    }
}
