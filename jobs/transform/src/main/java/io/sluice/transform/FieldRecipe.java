package io.sluice.transform;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the value of one field is made from what an index keeps.
 *
 * @param path of the field in the document
 * @param origins the first of them that has values is used, and all that are additions
 * @param notes what the rebuilt value may differ in from the one that was sent; empty when it is that
 */
record FieldRecipe(String path, List<Origin> origins, List<String> notes) {

    FieldRecipe {
        origins = List.copyOf(origins);
        notes = List.copyOf(notes);
    }

    /**
     * A place where values are.
     *
     * @param isColumn whether they are doc values, else stored
     * @param isPacked whether one of them holds several, as {@link Decoder#unpack} says
     * @param isAddition whether its values come beside those of others
     * @param together makes one value of all; null when each is one
     */
    record Origin(
            String field,
            boolean isColumn,
            boolean isPacked,
            boolean isAddition,
            Decoder decoder,
            @Nullable Function<List<Object>, Object> together) {

        static Origin stored(String field, Decoder decoder) {
            return new Origin(field, false, false, false, decoder, null);
        }

        static Origin column(String field, Decoder decoder) {
            return new Origin(field, true, false, false, decoder, null);
        }

        static Origin packedColumn(String field, Decoder decoder) {
            return new Origin(field, true, true, false, decoder, null);
        }

        /** Stored values beside those in other places. */
        static Origin addition(String field, Decoder decoder) {
            return new Origin(field, false, false, true, decoder, null);
        }

        private List<Object> values(FieldReader reader) throws IOException {
            List<Object> raw = isColumn ? reader.column(field) : reader.stored(field);
            if (raw.isEmpty()) {
                return raw;
            }
            List<Object> values = new ArrayList<>(raw.size());
            for (Object value : raw) {
                if (isPacked && value instanceof byte[] bytes) {
                    Decoder.unpack(bytes).forEach(one -> values.add(decoder.decode(one)));
                } else {
                    values.add(decoder.decode(value));
                }
            }
            return together == null ? values : List.of(together.apply(values));
        }
    }

    /**
     * The same without doc values.
     *
     * @param lost what is said of a field that has nothing else
     */
    FieldRecipe ofStored(String lost) {
        List<Origin> stored =
                origins.stream().filter(origin -> !origin.isColumn).toList();
        return new FieldRecipe(path, stored, stored.isEmpty() ? List.of(lost) : notes);
    }

    /**
     * The value, a list when there are several.
     *
     * @return null when the document has none
     * @throws IllegalArgumentException when there is one that is not of the field's kind
     */
    @Nullable
    Object value(FieldReader reader) throws IOException {
        List<Object> all = new ArrayList<>(1);
        for (Origin origin : origins) {
            if (all.isEmpty() || origin.isAddition) {
                all.addAll(origin.values(reader));
            }
        }
        return all.size() > 1 ? all : all.isEmpty() ? null : all.get(0);
    }
}
