package io.sluice.transform;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fields of a document by their path, as the objects in which they are. */
final class Additions {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    boolean isEmpty() {
        return fields.isEmpty();
    }

    /** Adds a value; beside another one of the same path both are in an array. Of a value and an object the first stays. */
    void put(String path, Object value) {
        int dot = path.indexOf('.');
        if (dot <= 0 || dot == path.length() - 1) {
            fields.merge(path, value, Additions::both);
        } else if (fields.computeIfAbsent(path.substring(0, dot), name -> new Additions()) instanceof Additions inner) {
            inner.put(path.substring(dot + 1), value);
        }
    }

    private static Object both(Object one, Object other) {
        if (one instanceof Additions || other instanceof Additions) {
            return one;
        }
        List<Object> values = new ArrayList<>();
        values.addAll(one instanceof List<?> several ? several : List.of(one));
        values.add(other);
        return values;
    }

    /** Takes a field out; of a path with dots what is below them. */
    @Nullable
    Object take(String path) {
        if (fields.containsKey(path)) {
            return fields.remove(path);
        }
        int dot = path.indexOf('.');
        return dot > 0 && fields.get(path.substring(0, dot)) instanceof Additions inner
                ? inner.take(path.substring(dot + 1))
                : null;
    }

    /** Writes the fields, without the braces around them. */
    void write(JsonGenerator out) throws IOException {
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            if (!(field.getValue() instanceof Additions inner && inner.isEmpty())) {
                out.writeFieldName(field.getKey());
                write(field.getValue(), out);
            }
        }
    }

    private static void write(Object value, JsonGenerator out) throws IOException {
        if (value instanceof Additions object) {
            out.writeStartObject();
            object.write(out);
            out.writeEndObject();
        } else if (value instanceof List<?> several) {
            out.writeStartArray();
            for (Object one : several) {
                write(one, out);
            }
            out.writeEndArray();
        } else if (value instanceof IgnoredSource.Json json) {
            out.writeRawValue(json.text());
        } else if (value instanceof byte[] bytes) {
            out.writeBinary(bytes);
        } else if (value instanceof Map<?, ?> map) {
            out.writePOJO(map);
        } else {
            out.writeObject(value);
        }
    }
}
