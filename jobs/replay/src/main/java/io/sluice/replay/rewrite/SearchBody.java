package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.sluice.transform.SourceEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the body of a search says of order and of a point in time. Read once, from JSON; nothing else of it is looked at. */
final class SearchBody {

    /** What orders hits by where they lie, or by how well they fit, which many do alike. */
    private static final Set<String> OWN_ORDER = Set.of("_doc", "_score", "_shard_doc");

    private static final String BY_PLACE = "_shard_doc";

    private record Stretch(int from, int to) {}

    private final List<String> sort = new ArrayList<>();
    private final List<Stretch> after = new ArrayList<>();
    private @Nullable Stretch id;
    private @Nullable String pointInTime;
    private @Nullable String keep;
    private boolean isSliced;

    private SearchBody() {}

    /** Reads one; null when it is no object. */
    static @Nullable SearchBody of(ByteString json) {
        SearchBody body = new SearchBody();
        if (json.isEmpty()) {
            return body;
        }
        byte[] bytes = json.toByteArray();
        try (JsonParser in = SourceEncoding.JSON.parser(bytes, 0, bytes.length)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                body.field(name, in);
            }
            return in.currentToken() == JsonToken.END_OBJECT ? body : null;
        } catch (IOException e) {
            return null;
        }
    }

    private void field(String name, JsonParser in) throws IOException {
        switch (name) {
            case "sort" -> sort(in);
            case "search_after" -> after(in);
            case "pit" -> point(in);
            case "slice" -> {
                isSliced = true;
                in.skipChildren();
            }
            default -> in.skipChildren();
        }
    }

    private void sort(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.START_ARRAY) {
            while (in.nextToken() != JsonToken.END_ARRAY && in.currentToken() != null) {
                criterion(in);
            }
        } else {
            criterion(in);
        }
    }

    private void criterion(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            sort.add(in.getText());
        } else if (in.currentToken() == JsonToken.START_OBJECT) {
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                sort.add(in.currentName());
                in.nextToken();
                in.skipChildren();
            }
        }
    }

    private void after(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (in.nextToken() != JsonToken.END_ARRAY && in.currentToken() != null) {
            int from = place(in.currentTokenLocation().getByteOffset());
            in.skipChildren();
            in.getText(); // goes to its end
            after.add(new Stretch(from, place(in.currentLocation().getByteOffset())));
        }
    }

    private void point(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                int from = place(in.currentTokenLocation().getByteOffset());
                pointInTime = in.getText();
                id = new Stretch(from, place(in.currentLocation().getByteOffset()));
            } else if (name.equals("keep_alive") && value == JsonToken.VALUE_STRING) {
                keep = in.getText();
            } else {
                in.skipChildren();
            }
        }
    }

    private static int place(long offset) {
        return Math.toIntExact(offset);
    }

    /** The id of the point in time that is searched; null when none is. */
    @Nullable
    String pointInTime() {
        return pointInTime;
    }

    /** How long that is to be kept, as the client says it; null when it does not. */
    @Nullable
    String keep() {
        return keep;
    }

    boolean isSliced() {
        return isSliced;
    }

    /**
     * Whether each cluster has an order of its own for the hits.
     *
     * @param parameter what the query says of the order; null when it says nothing
     */
    boolean isOfOwnOrder(@Nullable String parameter) {
        if (!sort.isEmpty()) {
            return OWN_ORDER.contains(sort.get(0));
        }
        return parameter == null || OWN_ORDER.contains(parameter.split("[:,]", 2)[0]);
    }

    /**
     * Whether it asks for what lies behind a place in the source's shards, which means nothing elsewhere.
     *
     * @param parameter what the query says of the order; null when it says nothing
     */
    boolean goesOnFromPlace(@Nullable String parameter) {
        return sort.contains(BY_PLACE) || (sort.isEmpty() && parameter == null && !after.isEmpty());
    }

    /**
     * The body without the id of its point in time, and without the value that the source adds to those that it is sorted by, to
     * go on from: the place in its shards.
     *
     * @param json what this was read from
     */
    ByteString withHole(ByteString json) {
        Stretch cut = surplus();
        ByteString made = json;
        if (id != null && cut != null && cut.from() > id.from()) {
            made = without(without(made, cut), id);
        } else if (id != null) {
            made = without(made, id);
            made = cut == null ? made : without(made, cut);
        }
        return made;
    }

    /** Where the id was, in that body. */
    int hole() {
        Stretch cut = surplus();
        int at = id == null ? -1 : id.from();
        return cut != null && cut.from() < at ? at - (cut.to() - cut.from()) : at;
    }

    private @Nullable Stretch surplus() {
        int count = after.size();
        return count > 1 && count == sort.size() + 1
                ? new Stretch(after.get(count - 2).to(), after.get(count - 1).to())
                : null;
    }

    private static ByteString without(ByteString json, Stretch stretch) {
        return json.substring(0, stretch.from()).concat(json.substring(stretch.to()));
    }
}
