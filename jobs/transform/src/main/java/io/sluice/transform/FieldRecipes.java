package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.transform.FieldRecipe.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says for a field of a mapping where its values are, by its type: what each server's mapper of that type stores.
 *
 * @param isSynthetic whether the server, too, makes the source of other fields, and keeps more for it
 * @param isOpenSearch whether an OpenSearch made the index
 * @param ignoresMalformed whether fields that do not say otherwise ignore malformed values
 */
record FieldRecipes(boolean isSynthetic, boolean isOpenSearch, boolean ignoresMalformed) {

    static final String SORTED = "several values come sorted";
    static final String SORTED_ONCE = "several values come sorted, and each once";
    static final String PRECISION = "numbers come with the digits that the index keeps";
    static final String DATES = "dates come in the first format of the mapping, in UTC";
    static final String CANONICAL = "addresses come in their canonical form";
    static final String POINTS = "points come as the index rounds them";
    static final String NORMALIZED = "values come as the normalizer leaves them";
    static final String NULLS = "an explicit null comes as the null_value";
    static final String TOO_LONG = "values longer than ignore_above are lost";
    static final String MALFORMED = "malformed values are lost";
    static final String MULTI_FIELD = "values come from the multi-field ";
    static final String NO_VALUES = "has neither stored values nor doc values";

    static final String KEPT = "comes as the server keeps it for its own synthetic source";

    /** Types of which Elasticsearch makes a synthetic source out of doc values of a form that is not read here. */
    private static final Set<String> OWN_FORMS = Set.of(
            "integer_range",
            "long_range",
            "float_range",
            "double_range",
            "date_range",
            "ip_range",
            "dense_vector",
            "sparse_vector",
            "rank_vectors",
            "histogram",
            "exponential_histogram",
            "aggregate_metric_double",
            "counted_keyword",
            "version",
            "flattened",
            "semantic_text");

    private static final Set<String> NUMBERS = Set.of(
            "long", "integer", "short", "byte", "unsigned_long", "double", "float", "half_float", "scaled_float");

    private static final Set<String> ROUNDED = Set.of("float", "half_float", "scaled_float");

    /** Before Elasticsearch 5 there was {@code string} alone. */
    private static final Set<String> TEXTS =
            Set.of("text", "match_only_text", "search_as_you_type", "annotated_text", "string");

    /** A recipe without origins when there is none; its only note says why. */
    FieldRecipe of(String path, JsonNode field) {
        String type = field.path("type").asText();
        if (NUMBERS.contains(type)) {
            return numbers(path, field, type);
        }
        if (TEXTS.contains(type)) {
            return texts(path, field);
        }
        return switch (type) {
            case "keyword" -> keywords(path, field);
            case "wildcard" -> wildcards(path, field);
            case "boolean" -> values(path, field, Decoder.BOOLEAN, SORTED);
            case "date", "date_nanos" -> dates(path, field, type.equals("date_nanos"));
            case "ip" -> values(path, field, Decoder.IP, SORTED_ONCE, CANONICAL);
            case "geo_point" -> points(path, field);
            case "binary" -> binaries(path, field);
            case "flattened" -> flattened(path, field);
            case "version" -> isOpenSearch ? values(path, field, Decoder.TEXT, SORTED_ONCE) : lost(path, type);
            case "constant_keyword" -> constant(path, field);
            default -> lost(path, type);
        };
    }

    /** An object that is not parsed. */
    FieldRecipe ofUnparsed(String path) {
        return isKeptBySource("")
                ? kept(path)
                : new FieldRecipe(path, List.of(), List.of("is an object that is not parsed (enabled: false)"));
    }

    private FieldRecipe lost(String path, String type) {
        if (isKeptBySource(type)) {
            return kept(path);
        }
        return new FieldRecipe(path, List.of(), List.of("is of the type " + type + ", which is not rebuilt"));
    }

    private static boolean isStored(JsonNode field) {
        return field.path("store").asBoolean(false);
    }

    private static boolean hasColumn(JsonNode field) {
        return field.path("doc_values").asBoolean(true);
    }

    /** Most types: stored in the order in which they were sent, or doc values. */
    private FieldRecipe values(String path, JsonNode field, Decoder decoder, String sorted, String... notes) {
        List<Origin> origins = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        if (isStored(field)) {
            origins.add(Origin.stored(path, decoder));
        } else if (hasColumn(field)) {
            origins.add(Origin.column(path, decoder));
            differing.add(sorted);
        }
        if (isSynthetic && !isOpenSearch && !origins.isEmpty()) {
            origins.add(Origin.addition(path + "._ignore_malformed", FieldRecipes::malformed));
        }
        differing.addAll(List.of(notes));
        noteWhatIsNotIndexed(field, differing);
        return origins.isEmpty() ? unkept(path) : new FieldRecipe(path, origins, differing);
    }

    /** Stored in Lucene's own kinds, or in the form of {@link IgnoredSource}. */
    private static Object malformed(Object value) {
        return value instanceof byte[] bytes ? IgnoredSource.decode(bytes) : value;
    }

    private FieldRecipe unkept(String path) {
        return isKeptBySource("") ? kept(path) : new FieldRecipe(path, List.of(), List.of(NO_VALUES));
    }

    private static FieldRecipe kept(String path) {
        return new FieldRecipe(path, List.of(Origin.stored(IgnoredSource.FIELD, value -> value)), List.of(KEPT));
    }

    /** Where Elasticsearch has no doc values of a field to make its source of, it keeps the field in {@link IgnoredSource}. */
    private boolean isKeptBySource(String type) {
        return isSynthetic && !isOpenSearch && !OWN_FORMS.contains(type);
    }

    private void noteWhatIsNotIndexed(JsonNode field, List<String> notes) {
        String type = field.path("type").asText();
        if (field.hasNonNull("null_value")) {
            notes.add(NULLS);
        }
        if (field.path("ignore_malformed").asBoolean(ignoresMalformed) && !isSynthetic && !type.equals("keyword")) {
            notes.add(MALFORMED);
        }
    }

    private FieldRecipe numbers(String path, JsonNode field, String type) {
        Decoder decoder = Decoder.ofNumber(type, field, isOpenSearch);
        return ROUNDED.contains(type)
                ? values(path, field, decoder, SORTED, PRECISION)
                : values(path, field, decoder, SORTED);
    }

    private FieldRecipe dates(String path, JsonNode field, boolean isNanos) {
        DateForm form = DateForm.of(field.path("format").asText(DateForm.DEFAULT), isNanos);
        if (form == null) {
            return new FieldRecipe(
                    path,
                    List.of(),
                    List.of("has a date format that is not written: "
                            + field.path("format").asText()));
        }
        return values(path, field, isNanos ? Decoder.dateNanos(form) : Decoder.date(form), SORTED, DATES);
    }

    private FieldRecipe points(String path, JsonNode field) {
        return isStored(field)
                ? values(path, field, Decoder.GEO_POINT, SORTED)
                : values(path, field, Decoder.GEO_POINT, SORTED, POINTS);
    }

    private FieldRecipe binaries(String path, JsonNode field) {
        if (isStored(field)) {
            return new FieldRecipe(path, List.of(Origin.stored(path, Decoder.BINARY)), List.of());
        }
        return field.path("doc_values").asBoolean(isSynthetic && !isOpenSearch)
                ? new FieldRecipe(path, List.of(Origin.packedColumn(path, Decoder.BINARY)), List.of(SORTED_ONCE))
                : unkept(path);
    }

    private FieldRecipe keywords(String path, JsonNode field) {
        List<Origin> origins = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        addKeyword(path, field, origins, notes);
        if (origins.isEmpty()) {
            addMultiFields(path, field, origins, notes);
        }
        if (isSynthetic) {
            origins.add(Origin.addition(path + "._original", Decoder.TEXT));
        }
        noteWhatIsNotIndexed(field, notes);
        return origins.isEmpty() ? unkept(path) : new FieldRecipe(path, origins, notes);
    }

    private void addKeyword(String name, JsonNode field, List<Origin> origins, List<String> notes) {
        if (isStored(field)) {
            origins.add(Origin.stored(name, Decoder.TEXT));
        } else if (hasColumn(field)) {
            origins.add(Origin.column(name, Decoder.TEXT));
            notes.add(SORTED_ONCE);
        } else {
            return;
        }
        if (field.hasNonNull("normalizer")) {
            notes.add(NORMALIZED);
        }
        if (field.hasNonNull("ignore_above") && !isSynthetic) {
            notes.add(TOO_LONG);
        }
    }

    /** Of Elasticsearch only: OpenSearch keeps none unless it is told to. */
    private FieldRecipe wildcards(String path, JsonNode field) {
        if (isOpenSearch) {
            return field.path("doc_values").asBoolean(false)
                    ? values(path, field, Decoder.TEXT, SORTED_ONCE)
                    : unkept(path);
        }
        List<String> notes = new ArrayList<>(List.of(SORTED_ONCE));
        noteWhatIsNotIndexed(field, notes);
        if (field.hasNonNull("ignore_above") && !isSynthetic) {
            notes.add(TOO_LONG);
        }
        return new FieldRecipe(path, List.of(Origin.packedColumn(path, Decoder.TEXT)), notes);
    }

    private FieldRecipe texts(String path, JsonNode field) {
        List<Origin> origins = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (isStored(field)) {
            origins.add(Origin.stored(path, Decoder.TEXT));
            return new FieldRecipe(path, origins, notes);
        }
        addMultiFields(path, field, origins, notes);
        if (isSynthetic) { // where there is no such multi-field the server stores the text for itself
            origins.add(Origin.stored(path, Decoder.TEXT));
            origins.add(Origin.stored(path + "._original", Decoder.TEXT));
        }
        return origins.isEmpty() ? unkept(path) : new FieldRecipe(path, origins, notes);
    }

    private void addMultiFields(String path, JsonNode field, List<Origin> origins, List<String> notes) {
        for (Map.Entry<String, JsonNode> multi : field.path("fields").properties()) {
            String name = path + "." + multi.getKey();
            String type = multi.getValue().path("type").asText();
            if (TEXTS.contains(type) && isStored(multi.getValue())) {
                origins.add(Origin.stored(name, Decoder.TEXT));
            } else if (type.equals("keyword")) {
                addKeyword(name, multi.getValue(), origins, notes);
            }
            if (!origins.isEmpty()) {
                if (isSynthetic) {
                    origins.add(Origin.addition(name + "._original", Decoder.TEXT));
                }
                notes.add(MULTI_FIELD + multi.getKey());
                return;
            }
        }
    }

    /** Doc values are {@code key NUL value}, the key as a path below the field. */
    private FieldRecipe flattened(String path, JsonNode field) {
        if (isOpenSearch || !hasColumn(field)) {
            return lost(path, "flattened");
        }
        List<String> notes = new ArrayList<>(List.of(SORTED_ONCE, "all values come as text"));
        if (field.hasNonNull("ignore_above")) {
            notes.add(TOO_LONG);
        }
        Origin keyed = new Origin(path + "._keyed", true, false, false, Decoder.TEXT, FieldRecipes::object);
        return new FieldRecipe(path, List.of(keyed), notes);
    }

    private static Object object(List<Object> keyed) {
        Additions object = new Additions();
        for (Object entry : keyed) {
            String text = entry.toString();
            int end = text.indexOf('\0');
            if (end < 0) {
                throw new IllegalArgumentException("a flattened value without a key");
            }
            object.put(text.substring(0, end), text.substring(end + 1));
        }
        return object;
    }

    private static FieldRecipe constant(String path, JsonNode field) {
        return new FieldRecipe(
                path,
                List.of(),
                List.of("has one value for all documents, which is in the mapping: "
                        + field.path("value").asText("none")));
    }
}
