package io.sluice.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes sources of what an index keeps besides them, by its {@link SourceShape}.
 *
 * <p>The bytes belong to this object until the next document. Not safe for use by several threads.
 */
public final class SourceRebuilder {

    private static final int MAX_DEPTH = 10_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    static {
        JSON.setCodec(new ObjectMapper(JSON));
    }

    private final SourceShape shape;
    private final JsonSource decoded = new JsonSource();
    private Buffer buffer = new Buffer();

    public SourceRebuilder(SourceShape shape) {
        this.shape = shape;
    }

    /** JSON text in {@code [0, length())}. */
    public byte[] bytes() {
        return buffer.array();
    }

    /** The length of the text. */
    public int length() {
        return buffer.size();
    }

    /**
     * Makes a source of the fields alone.
     *
     * @throws UnreadableSourceException when a value is not one of its field's kind; the message names the field
     */
    public void rebuild(FieldReader reader) throws IOException, UnreadableSourceException {
        Additions fields = fields(reader);
        buffer = new Buffer();
        try (JsonGenerator out = JSON.createGenerator(buffer)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        }
    }

    /**
     * Adds to a stored part of a source what it lacks; what it has stays as it is.
     *
     * @throws UnreadableSourceException when the part is not an object, or a value not one of its field's kind
     */
    public void complete(byte[] part, int offset, int length, FieldReader reader)
            throws IOException, UnreadableSourceException {
        Additions fields = fields(reader);
        SourceEncoding encoding = SourceEncoding.of(part, offset, length);
        boolean isJson = encoding == SourceEncoding.JSON;
        if (!isJson) {
            decoded.convert(encoding, part, offset, length);
        }
        buffer = new Buffer();
        try (JsonParser in = isJson
                        ? JSON.createParser(part, offset, length)
                        : JSON.createParser(decoded.bytes(), 0, decoded.length());
                JsonGenerator out = JSON.createGenerator(buffer)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new UnreadableSourceException("The stored part of the document is not an object");
            }
            copyObject(in, out, fields);
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            throw new UnreadableSourceException("The stored part of the document is not JSON: " + e.getMessage(), e);
        }
    }

    private Additions fields(FieldReader reader) throws IOException, UnreadableSourceException {
        Additions fields = new Additions();
        IgnoredSource ignored = ignored(reader);
        ignored.addTo(fields);
        for (FieldRecipe recipe : shape.fields()) {
            try {
                Object value = ignored.holds(recipe.path()) ? null : recipe.value(reader);
                if (value != null) {
                    fields.put(recipe.path(), value);
                }
            } catch (IllegalArgumentException e) {
                throw new UnreadableSourceException(
                        "The field %s cannot be rebuilt: %s".formatted(recipe.path(), e.getMessage()), e);
            }
        }
        return fields;
    }

    private IgnoredSource ignored(FieldReader reader) throws IOException, UnreadableSourceException {
        if (shape.state() != SourceState.SYNTHETIC) {
            return IgnoredSource.NONE;
        }
        try {
            return IgnoredSource.of(reader);
        } catch (IllegalArgumentException e) {
            throw new UnreadableSourceException(
                    "What the server keeps in %s cannot be read: %s".formatted(IgnoredSource.FIELD, e.getMessage()), e);
        }
    }

    /** Stands on the brace, and ends on the other. */
    private static void copyObject(JsonParser in, JsonGenerator out, Additions lacking) throws IOException {
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            out.writeFieldName(name);
            copyValue(in, out, lacking.take(name));
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw new JsonEOFException(in, in.currentToken(), "ends inside an object");
        }
        lacking.write(out);
        out.writeEndObject();
    }

    private static void copyValue(JsonParser in, JsonGenerator out, @Nullable Object lacking) throws IOException {
        JsonToken token = in.nextToken();
        if (token == JsonToken.START_OBJECT && lacking instanceof Additions inner) {
            copyObject(in, out, inner);
            return;
        }
        int depth = 0;
        while (token != null) {
            if (token.isNumeric()) {
                out.writeNumber(in.getText()); // its digits as they are
            } else {
                out.copyCurrentEvent(in);
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
            token = in.nextToken();
        }
    }

    /** Lets its array be used without a copy. */
    private static final class Buffer extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }
}
