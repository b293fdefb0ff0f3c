package io.sluice.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of fields as mappings and users write them: a path with dots, in which {@code *} stands for any characters. An
 * object's path stands for all that is in it.
 *
 * <p>Source: {@code _source.includes} of the mapping API.
 */
final class PathPattern {

    private PathPattern() {}

    /** Matches the paths that one of these stands for. */
    static Pattern any(List<String> paths) {
        List<String> each = new ArrayList<>();
        for (String path : paths) {
            List<String> parts = new ArrayList<>();
            for (String part : path.split("\\*", -1)) {
                parts.add(Pattern.quote(part));
            }
            each.add(String.join(".*", parts));
        }
        return Pattern.compile("(?:" + String.join("|", each) + ")(?:\\..*)?", Pattern.DOTALL);
    }
}
