package io.sluice.proxy.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.filter.FilteringGeneratorDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client's {@code filter_path} says: patterns of paths to keep, and, behind a minus, of paths to drop.
 *
 * <pre>
 *   filter_path := pattern { "," pattern }
 *   pattern     := [ "-" ] segment { "." segment }
 * </pre>
 *
 * <p>In a segment a star is any characters; {@code **} is one level or more. What is kept passes first, then what is
 * dropped is taken away. As Elasticsearch 6.8, 7.10 and 8.19 and OpenSearch 2.19 do.
 */
final class FilterPaths {

    private final List<List<String>> kept = new ArrayList<>();
    private final List<List<String>> dropped = new ArrayList<>();

    private FilterPaths() {}

    /**
     * Reads the parameter's value.
     *
     * @return nothing if it has what servers disagree about: an empty segment, a lone minus or a backslash
     */
    static Optional<FilterPaths> parse(String value) {
        FilterPaths paths = new FilterPaths();
        for (String element : value.split(",", -1)) {
            String pattern = element.trim();
            if (!pattern.isEmpty() && !paths.add(pattern)) {
                return Optional.empty();
            }
        }
        return Optional.of(paths);
    }

    private boolean add(String pattern) {
        boolean minus = pattern.startsWith("-");
        List<String> segments = List.of((minus ? pattern.substring(1).trim() : pattern).split("\\.", -1));
        if (segments.contains("") || pattern.indexOf('\\') >= 0) {
            return false;
        }
        (minus ? dropped : kept).add(segments);
        return true;
    }

    /** Whether it says nothing, so that nothing is filtered. */
    boolean isEmpty() {
        return kept.isEmpty() && dropped.isEmpty();
    }

    /** Whether a value passes, wherever in this list of paths it lies. */
    boolean keepsAll(List<List<String>> paths) {
        PathFilter include = PathFilter.including(kept);
        PathFilter exclude = PathFilter.excluding(dropped);
        return paths.stream().allMatch(path -> (kept.isEmpty() || include.keeps(path)) && exclude.keeps(path));
    }

    /** Puts the filter before a generator, which must be inside the document's root object already. */
    JsonGenerator before(JsonGenerator generator) {
        JsonGenerator filtered = dropped.isEmpty() ? generator : delegate(generator, PathFilter.excluding(dropped));
        return kept.isEmpty() ? filtered : delegate(filtered, PathFilter.including(kept));
    }

    private static JsonGenerator delegate(JsonGenerator generator, PathFilter filter) {
        return new FilteringGeneratorDelegate(generator, filter, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true);
    }
}
