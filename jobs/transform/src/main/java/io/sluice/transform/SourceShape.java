package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can be made again of the sources of an index whose mapping keeps them from being stored, or a part of them: for
 * each field how, or why not.
 *
 * <p>Beyond the fields it names: what the mapping does not have is lost, an empty array or object and a null are as if
 * they were not there, an array of one value is that value, and objects in an array become one.
 */
public final class SourceShape {

    private static final int FIRST_OF_OPENSEARCH = 1 << 27;

    /** Before Elasticsearch 6 segments are of Lucene 6 and earlier, of which only stored fields are read. */
    private static final int FIRST_READ = 6_000_000;

    private static final String OLD =
            "is not stored, and doc values are not read of indices made before Elasticsearch 6";

    private final SourceState state;
    private final FieldRecipes recipes;
    private final boolean isRead;
    private final SourceFilter filter;
    private final Set<String> copies = new HashSet<>();
    private final List<FieldRecipe> fields = new ArrayList<>();
    private final Map<String, List<String>> approximate = new TreeMap<>();
    private final Map<String, List<String>> lost = new TreeMap<>();

    private SourceShape(JsonNode mappings, JsonNode settings) {
        int created = settings.path("index.version.created").asInt(FIRST_READ);
        this.state = SourceState.of(mappings, settings);
        this.recipes = new FieldRecipes(
                state == SourceState.SYNTHETIC || state == SourceState.DERIVED,
                created >= FIRST_OF_OPENSEARCH,
                settings.path("index.mapping.ignore_malformed").asBoolean(false));
        this.isRead = created >= FIRST_READ;
        this.filter = SourceFilter.of(mappings);
    }

    /**
     * Works it out.
     *
     * @param mappings of the index, without a type around them
     * @param settings of the index, flat, with full keys
     */
    public static SourceShape of(JsonNode mappings, JsonNode settings) {
        SourceShape shape = new SourceShape(mappings, settings);
        shape.collectCopies(mappings);
        shape.addObject("", mappings);
        return shape;
    }

    private void collectCopies(JsonNode mapping) {
        for (JsonNode field : mapping.path("properties")) {
            JsonNode copyTo = field.path("copy_to");
            if (copyTo.isTextual()) {
                copies.add(copyTo.asText());
            }
            copyTo.forEach(target -> copies.add(target.asText()));
            collectCopies(field);
        }
    }

    private void addObject(String prefix, JsonNode object) {
        for (Map.Entry<String, JsonNode> field : object.path("properties").properties()) {
            add(prefix + field.getKey(), field.getValue());
        }
        if (object.path("dynamic").asText().equals("false") && state != SourceState.SYNTHETIC) {
            lose(prefix + "*", "is whatever else was sent: the mapping takes no more fields (dynamic: false)");
        }
    }

    private void add(String path, JsonNode field) {
        String type = field.path("type").asText("object");
        boolean isObject = type.equals("object") || type.equals("passthrough");
        if (isObject && field.path("enabled").asBoolean(true)) {
            addObject(path + ".", field);
        } else if (type.equals("alias") || (state == SourceState.FILTERED && filter.keeps(path))) {
            return; // no value of its own, or one that is there
        } else if (isObject) {
            add(recipes.ofUnparsed(path));
        } else if (type.equals("nested")) {
            lose(path, "holds nested objects");
        } else if (copies.contains(path)) {
            lose(path, "is filled by copy_to; a value of its own is lost");
        } else {
            FieldRecipe recipe = recipes.of(path, field);
            add(isRead ? recipe : recipe.ofStored(OLD));
        }
    }

    private void add(FieldRecipe recipe) {
        boolean isKept = recipe.notes().contains(FieldRecipes.KEPT); // its value is found without a recipe
        if (recipe.origins().isEmpty()) {
            lose(recipe.path(), String.join("; ", recipe.notes()));
            return;
        }
        if (!isKept) {
            fields.add(recipe);
        }
        if (!recipe.notes().isEmpty()) {
            note(approximate, recipe.path(), String.join("; ", recipe.notes()));
        }
    }

    private void lose(String path, String reason) {
        note(lost, path, reason);
    }

    private static void note(Map<String, List<String>> into, String path, String reason) {
        into.computeIfAbsent(reason, key -> new ArrayList<>()).add(path);
    }

    /** How much of the sources is stored. */
    public SourceState state() {
        return state;
    }

    /** Whether anything can be added to what is stored; if not, only a part that is stored can be carried. */
    public boolean hasFields() {
        return !fields.isEmpty() || state == SourceState.SYNTHETIC;
    }

    List<FieldRecipe> fields() {
        return fields;
    }

    /** The paths of fields that come as they were sent. */
    public List<String> exact() {
        return fields.stream()
                .filter(field -> field.notes().isEmpty())
                .map(FieldRecipe::path)
                .toList();
    }

    /** The paths of fields that may come otherwise than they were sent, by what may differ. */
    public Map<String, List<String>> approximate() {
        return copy(approximate);
    }

    /** The paths of fields that cannot be rebuilt, by the reason. */
    public Map<String, List<String>> lost() {
        return copy(lost);
    }

    private static Map<String, List<String>> copy(Map<String, List<String>> byReason) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        byReason.forEach((reason, paths) -> copy.put(reason, List.copyOf(paths)));
        return copy;
    }

    /** Lucene's names of the fields whose stored values are needed. */
    public Set<String> storedFields() {
        return names(false);
    }

    /** Lucene's names of the fields whose doc values are needed. */
    public Set<String> columns() {
        return names(true);
    }

    private Set<String> names(boolean ofColumns) {
        Set<String> names = new HashSet<>();
        if (state == SourceState.SYNTHETIC) {
            names.add(IgnoredSource.FIELD);
        }
        fields.stream()
                .map(FieldRecipe::origins)
                .flatMap(Collection::stream)
                .filter(origin -> origin.isColumn() == ofColumns)
                .forEach(origin -> names.add(origin.field()));
        return names;
    }
}
