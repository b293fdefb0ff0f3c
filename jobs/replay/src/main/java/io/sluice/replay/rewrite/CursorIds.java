package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.sluice.transform.SourceEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where requests and answers have the ids of cursors, and for how long those are to be kept. */
final class CursorIds {

    /** In a request that closes all cursors of a kind. */
    static final String ALL = "_all";

    private static final int MOST_UNIT_LETTERS = 6;
    private static final Set<String> IN_POINTS = Set.of("id", "pit_id");

    private CursorIds() {}

    /**
     * What a request names.
     *
     * @param ids none when it names none
     * @param keep as the client says it; null when it does not
     */
    record Named(List<String> ids, @Nullable String keep) {}

    /** Of a request to a path of cursors; what its body says goes before what path and query do. Null when it cannot be read. */
    static @Nullable Named named(Request request, Cursor.Kind kind) {
        ByteString body = request.body();
        String keep = request.target().parameter("scroll");
        List<String> ids = new ArrayList<>();
        if (kind == Cursor.Kind.SCROLL) {
            String inPath = request.target().segment(2);
            addAll(inPath == null ? request.target().parameter("scroll_id") : inPath, ids);
        }
        if (body.isEmpty()) {
            return new Named(ids, keep);
        }
        byte[] bytes = body.toByteArray();
        if (SourceEncoding.of(bytes, 0, bytes.length) == null) {
            // Before Elasticsearch 7 the body of a scroll could be its id.
            ids.clear();
            addAll(kind == Cursor.Kind.SCROLL ? body.toStringUtf8().trim() : null, ids);
            return ids.isEmpty() ? null : new Named(ids, keep);
        }
        return inBody(body, kind, ids, keep);
    }

    private static void addAll(@Nullable String list, List<String> into) {
        for (String id : list == null ? new String[0] : list.split(",", -1)) {
            if (!id.isBlank()) {
                into.add(id.trim());
            }
        }
    }

    private static @Nullable Named inBody(
            ByteString body, Cursor.Kind kind, List<String> otherwise, @Nullable String keep) {
        List<String> ids = new ArrayList<>();
        String kept = keep;
        try (JsonParser in = BulkAnswers.parser(body)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (isId(name, kind)) {
                    strings(in, ids);
                } else if (name.equals("scroll") && value == JsonToken.VALUE_STRING) {
                    kept = in.getText();
                } else {
                    in.skipChildren();
                }
            }
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            return null;
        }
        return new Named(ids.isEmpty() ? otherwise : ids, kept);
    }

    private static boolean isId(String name, Cursor.Kind kind) {
        return kind == Cursor.Kind.SCROLL ? name.equals("scroll_id") : IN_POINTS.contains(name);
    }

    private static void strings(JsonParser in, List<String> into) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            into.add(in.getText());
        } else if (in.currentToken() == JsonToken.START_ARRAY) {
            while (in.nextToken() == JsonToken.VALUE_STRING) {
                into.add(in.getText());
            }
            if (in.currentToken() != JsonToken.END_ARRAY) {
                throw new IOException("ids that are no strings");
            }
        } else {
            in.skipChildren();
        }
    }

    /** What an answer gives, in front of its hits. */
    static @Nullable String given(ByteString answer, Cursor.Kind kind) {
        try (JsonParser in = BulkAnswers.parser(answer)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                boolean isId = kind == Cursor.Kind.SCROLL ? name.equals("_scroll_id") : IN_POINTS.contains(name);
                if (isId && value == JsonToken.VALUE_STRING) {
                    return in.getText();
                }
                if (name.equals("hits")) {
                    return null;
                }
                in.skipChildren();
            }
        } catch (IOException | RuntimeException e) { // it is no answer that gives anything
            return null;
        }
        return null;
    }

    /** A time as servers write it, such as {@code 1m}; −1 when it is none. */
    static long millis(@Nullable String time) {
        if (time == null) {
            return -1;
        }
        String text = time.trim().toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0 || digits > 12 || text.length() - digits > MOST_UNIT_LETTERS) {
            return -1;
        }
        long number = Long.parseLong(text.substring(0, digits));
        return switch (text.substring(digits)) {
            case "d" -> TimeUnit.DAYS.toMillis(number);
            case "h" -> TimeUnit.HOURS.toMillis(number);
            case "m" -> TimeUnit.MINUTES.toMillis(number);
            case "s" -> TimeUnit.SECONDS.toMillis(number);
            case "ms" -> number;
            case "micros" -> TimeUnit.MICROSECONDS.toMillis(number);
            case "nanos" -> TimeUnit.NANOSECONDS.toMillis(number);
            default -> -1;
        };
    }
}
