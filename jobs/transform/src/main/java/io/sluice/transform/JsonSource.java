package io.sluice.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * A document of another encoding as JSON text.
 *
 * <p>Every number keeps its value to the last digit: integers of any length, decimals as they are written. A binary
 * floating-point number becomes the shortest decimal that is read back as the same number. What JSON cannot say is
 * said as the servers say it: bytes in base64, infinity and not-a-number as text. Keys stay in their order, and a key
 * that is there twice stays there twice.
 *
 * <p>The bytes belong to this object until the next {@link #convert}; an array that grew beyond 1 MB is not used
 * again, so whoever holds a large one may keep it. Not safe for use by several threads.
 */
public final class JsonSource {

    /** Objects in objects. Both sides of a migration refuse a document long before. */
    private static final int MAX_DEPTH = 10_000;

    /** Digits of a number: an integer of so many takes a millisecond to become decimal. */
    private static final int MAX_NUMBER_DIGITS = 20_000;

    private static final int MAX_KEPT_BYTES = 1 << 20;
    private static final int FIRST_BYTES = 8 << 10;
    private static final int SHOWN_BYTES = 4;

    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private Buffer buffer = new Buffer(0);

    /** JSON text in {@code [0, length())}. */
    public byte[] bytes() {
        return buffer.array();
    }

    /** The length of the text. */
    public int length() {
        return buffer.size();
    }

    /**
     * Makes JSON of {@code source[offset, +length)}.
     *
     * @param encoding as {@link SourceEncoding#of} found it; null for none of them
     * @throws UnreadableSourceException when that is not one object in the encoding, or there is no heap for it;
     *     {@link #bytes} are of no use then
     */
    public void convert(@Nullable SourceEncoding encoding, byte[] source, int offset, int length)
            throws UnreadableSourceException {
        if (encoding == null) {
            throw new UnreadableSourceException("The stored document of %d bytes begins %s, which no object does in %s"
                    .formatted(length, begin(source, offset, length), List.of(SourceEncoding.values())));
        }
        if (buffer.array().length > MAX_KEPT_BYTES) {
            buffer = new Buffer(FIRST_BYTES);
        }
        buffer.reset();
        try (JsonParser in = factory(encoding).createParser(source, offset, length);
                JsonGenerator out = Factories.JSON.createGenerator(buffer)) {
            copyObject(in, out, encoding);
        } catch (OutOfMemoryError e) {
            buffer = new Buffer(FIRST_BYTES);
            throw new UnreadableSourceException(
                    "There is not enough heap to make JSON of %d bytes of %s. Give the process more."
                            .formatted(length, encoding),
                    e);
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            throw new UnreadableSourceException(
                    "The stored document is not %s: %s".formatted(encoding, firstLine(e)), e);
        }
    }

    private static String begin(byte[] source, int offset, int length) {
        return HexFormat.ofDelimiter(" ").formatHex(source, offset, offset + Math.min(length, SHOWN_BYTES));
    }

    static JsonFactory factory(SourceEncoding encoding) {
        return switch (encoding) {
            case JSON -> Factories.JSON;
            case CBOR -> Factories.CBOR;
            case SMILE -> Factories.SMILE;
            case YAML -> Factories.YAML;
        };
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static void copyObject(JsonParser in, JsonGenerator out, SourceEncoding encoding)
            throws IOException, UnreadableSourceException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new UnreadableSourceException("The stored document is %s, but not an object".formatted(encoding));
        }
        out.writeStartObject();
        for (int depth = 1; depth > 0; ) {
            JsonToken token = in.nextToken();
            if (token == null) {
                throw new UnreadableSourceException("The stored document ends inside an object of its %s at byte %d"
                        .formatted(encoding, in.currentLocation().getByteOffset()));
            }
            copy(token, in, out);
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
    }

    private static void copy(JsonToken token, JsonParser in, JsonGenerator out) throws IOException {
        switch (token) {
            case VALUE_NUMBER_FLOAT -> copyFloat(in, out);
            case VALUE_EMBEDDED_OBJECT -> out.writeBinary(in.getBinaryValue());
            default -> out.copyCurrentEvent(in);
        }
    }

    /** Text that is a number already keeps its digits. */
    private static void copyFloat(JsonParser in, JsonGenerator out) throws IOException {
        switch (in.getNumberType()) {
            case FLOAT -> out.writeNumber(in.getFloatValue());
            case BIG_DECIMAL -> out.writeNumber(in.getDecimalValue());
            default -> {
                if (in.getNumberTypeFP() == JsonParser.NumberTypeFP.DOUBLE64 || in.isNaN()) {
                    out.writeNumber(in.getDoubleValue());
                } else {
                    copyDigits(in, out);
                }
            }
        }
    }

    private static void copyDigits(JsonParser in, JsonGenerator out) throws IOException {
        String digits = in.getText();
        if (JSON_NUMBER.matcher(digits).matches()) {
            out.writeNumber(digits);
        } else {
            out.writeNumber(in.getDecimalValue());
        }
    }

    /** Safe for use by several threads, and loaded with the first document that is not JSON: most jobs meet none. */
    private static final class Factories {
        static final JsonFactory JSON = JsonFactory.builder()
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER) // the shortest decimal, as JDK 19 and later write it
                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                .build();
        static final JsonFactory CBOR = lenient(CBORFactory.builder());
        static final JsonFactory SMILE = lenient(SmileFactory.builder());
        static final JsonFactory YAML = lenient(YAMLFactory.builder().loaderOptions(yamlOptions()));

        private static JsonFactory lenient(TSFBuilder<?, ?> builder) {
            return builder.streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_DIGITS)
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .build();
        }

        private static LoaderOptions yamlOptions() {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(Integer.MAX_VALUE);
            options.setNestingDepthLimit(MAX_DEPTH);
            return options;
        }
    }

    /** Lets its array be used without a copy. */
    private static final class Buffer extends ByteArrayOutputStream {
        Buffer(int size) {
            super(size);
        }

        byte[] array() {
            return buf;
        }
    }
}
