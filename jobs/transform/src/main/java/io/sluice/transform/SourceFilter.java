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
        JsonNode paths = source.path(key);
        if (paths.isTextual()) {
            patterns.add(PathPattern.any(List.of(paths.asText())));
        }
        paths.forEach(path -> patterns.add(PathPattern.any(List.of(path.asText()))));
        return patterns;
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
