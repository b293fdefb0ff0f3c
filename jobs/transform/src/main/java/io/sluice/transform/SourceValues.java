package io.sluice.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The values of a document at some paths, taken in one pass over its text that skips all others.
 *
 * <p>Not safe for use by several threads.
 */
public final class SourceValues {

    /** As deep as a thread's stack surely allows; servers refuse what is half as deep. */
    private static final int MAX_DEPTH = 2_000;

    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(20_000)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Place root = new Place(null);
    private final List<Place> all = new ArrayList<>(List.of(root));
    private final Map<String, Place> places = new HashMap<>();

    /** A path, and the paths that go on from it. */
    private static final class Place {
        final Map<String, Place> below = new HashMap<>();
        final List<Scalar> values = new ArrayList<>();
        final @Nullable Place above;
        final int depth;
        boolean isWanted;
        boolean isPresent;

        Place(@Nullable Place above) {
            this.above = above;
            this.depth = above == null ? 0 : above.depth + 1;
        }

        /** What is below a path is at it, too. */
        void markPresent() {
            for (Place place = this; place != null && !place.isPresent; place = place.above) {
                place.isPresent = true;
            }
        }
    }

    /** For the paths that a query looks at. */
    public SourceValues(DocumentQuery query) {
        query.paths(this::want);
    }

    private void want(String path) {
        Place place = root;
        for (String name : path.split("\\.", -1)) {
            place = below(place, name, all);
        }
        place.isWanted = true;
        places.put(path, place);
    }

    private static Place below(Place above, String name, List<Place> all) {
        return above.below.computeIfAbsent(name, missing -> {
            Place place = new Place(above);
            all.add(place);
            return place;
        });
    }

    /**
     * Takes the values of the JSON object in {@code source[offset, +length)}.
     *
     * @throws UnreadableSourceException when it is no JSON
     */
    public void read(byte[] source, int offset, int length) throws UnreadableSourceException {
        for (Place place : all) {
            place.values.clear();
            place.isPresent = false;
        }
        try (JsonParser in = JSON.createParser(source, offset, length)) {
            in.nextToken();
            value(in, root, null);
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            throw new UnreadableSourceException("The document is not JSON: " + e.getMessage(), e);
        }
    }

    /**
     * @param at the place whose path leads to the value, if there is one
     * @param above the wanted place next above it, which any value but null makes present
     */
    private void value(JsonParser in, @Nullable Place at, @Nullable Place above) throws IOException {
        switch (in.currentToken()) {
            case START_OBJECT -> object(in, at, above);
            case START_ARRAY -> {
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    value(in, at, above);
                }
            }
            case VALUE_NULL -> {
                // as if it were not there
            }
            default -> take(in, at, above);
        }
    }

    private static void take(JsonParser in, @Nullable Place at, @Nullable Place above) throws IOException {
        if (at != null) {
            at.markPresent();
            if (at.isWanted) {
                at.values.add(scalar(in));
            }
        } else if (above != null) {
            above.markPresent();
        }
    }

    private void object(JsonParser in, @Nullable Place at, @Nullable Place above) throws IOException {
        Place wanted = at != null && at.isWanted ? at : above;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            Place end = at == null ? null : furthest(at, name);
            boolean isPath = at != null && end != null && end.depth == at.depth + parts(name);
            Place nextAbove = end != null && end.isWanted ? end : wanted;
            in.nextToken();
            if (isPath) {
                value(in, end, wanted);
            } else if (nextAbove != null && !nextAbove.isPresent) {
                value(in, null, nextAbove);
            } else {
                in.skipChildren();
            }
        }
    }

    /** As far as paths go along with a key, which may have dots in it and then stands for several. */
    private static Place furthest(Place place, String name) {
        Place at = place;
        int from = 0;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', from)) {
            Place next = at.below.get(name.substring(from, dot));
            if (next == null) {
                return at;
            }
            at = next;
            from = dot + 1;
        }
        Place last = at.below.get(from == 0 ? name : name.substring(from));
        return last == null ? at : last;
    }

    private static int parts(String name) {
        int parts = 1;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            parts++;
        }
        return parts;
    }

    private static Scalar scalar(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> new Scalar.Truth(true);
            case VALUE_FALSE -> new Scalar.Truth(false);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar.Numeric(in.getDecimalValue());
            default -> new Scalar.Text(in.getText());
        };
    }

    boolean any(String path, Predicate<Scalar> wanted) {
        for (Scalar value : place(path).values) {
            if (wanted.test(value)) {
                return true;
            }
        }
        return false;
    }

    boolean isPresent(String path) {
        return place(path).isPresent;
    }

    private Place place(String path) {
        Place place = places.get(path);
        if (place == null) {
            throw new IllegalStateException("the path " + path + " was not asked for");
        }
        return place;
    }
}
