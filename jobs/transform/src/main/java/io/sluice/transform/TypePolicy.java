package io.sluice.transform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What becomes of an index with several mapping types. An index with one is never touched by it.
 *
 * @param splitName the names of the indices that {@link Kind#SPLIT} makes, with {@value #INDEX} and {@value #TYPE} in it
 */
public record TypePolicy(Kind kind, String splitName) {

    /** Stands for what the index would be called as a whole. */
    public static final String INDEX = "{index}";

    /** Stands for the type. */
    public static final String TYPE = "{type}";

    /** One index with the fields of all. */
    public static final TypePolicy UNION = new TypePolicy(Kind.UNION, INDEX + "-" + TYPE);

    private static final String NOT_IN_A_NAME = "[\\\\/*?\"<>| ,#:]";

    /** The choices. */
    public enum Kind {
        /** One index with the fields of all types, under their ids. */
        UNION,
        /** The same, with each id behind its type and a {@code #}. */
        PREFIX,
        /** One index for each type. */
        SPLIT,
        /** The index is refused. */
        FAIL
    }

    /**
     * Where the documents go.
     *
     * @param index what the index would be called as a whole
     * @param types its mapping types
     * @throws IllegalArgumentException when two types would become one index; the message names them
     */
    public TypeRoutes routes(String index, List<String> types) {
        if (types.size() < 2) {
            return TypeRoutes.NONE;
        }
        return switch (kind) {
            case UNION, FAIL -> TypeRoutes.NONE;
            case PREFIX -> new TypeRoutes(Map.of(), true);
            case SPLIT -> new TypeRoutes(targets(index, types), false);
        };
    }

    private Map<String, String> targets(String index, List<String> types) {
        Map<String, String> byTarget = new LinkedHashMap<>();
        Map<String, String> byType = new LinkedHashMap<>();
        for (String type : types) {
            String target = splitName.replace(INDEX, index).replace(TYPE, nameOf(type));
            String other = byTarget.put(target, type);
            if (other != null) {
                throw new IllegalArgumentException(
                        "types %s and %s would both become %s".formatted(other, type, target));
            }
            byType.put(type, target);
        }
        return byType;
    }

    /** Names of indices have fewer characters than those of types. */
    private static String nameOf(String type) {
        return type.toLowerCase(Locale.ROOT).replaceAll(NOT_IN_A_NAME, "_");
    }
}
