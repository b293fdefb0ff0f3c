package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Which fields {@code _source.includes} and {@code _source.excludes} of a mapping let be stored. */
record SourceFilter(List<Pattern> includes, List<Pattern> excludes) {

    static SourceFilter of(JsonNode mappings) {
        JsonNode source = mappings.path("_source");
        return new SourceFilter(patterns(source, "includes"), patterns(source, "excludes"));
    }

    private static List<Pattern> patterns(JsonNode source, String key) {
        List<Pattern> patterns = new ArrayList<>();
        JsonNode globs = source.path(key);
        if (globs.isTextual()) {
            patterns.add(pattern(globs.asText()));
        }
        globs.elements().forEachRemaining(glob -> patterns.add(pattern(glob.asText())));
        return patterns;
    }

    /** An object's name stands for all that is in it. */
    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (String part : glob.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(part.isEmpty() ? "(?:)" : Pattern.quote(part));
        }
        return Pattern.compile(regex + "(?:\\..*)?", Pattern.DOTALL);
    }

    boolean keepsAll() {
        return excludes.isEmpty() && includes.stream().allMatch(include -> keeps(include, "anything"));
    }

    /** @param path of a leaf */
    boolean keeps(String path) {
        return (includes.isEmpty() || includes.stream().anyMatch(include -> keeps(include, path)))
                && excludes.stream().noneMatch(exclude -> keeps(exclude, path));
    }

    private static boolean keeps(Pattern pattern, String path) {
        return pattern.matcher(path).matches();
    }
}
