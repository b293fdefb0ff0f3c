package io.sluice.proxy.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Filters one document as it arrives, token by token, as the servers do it: the root object's braces are always written,
 * errors are never filtered, numbers and the kind of layout stay.
 */
final class DocumentFilter implements AutoCloseable {

    private static final int FIRST_ERROR_STATUS = 400;

    private final FilterPaths paths;
    private final AnswerFormat format;
    private final OutputStream out;
    private final JsonParser parser;
    private final ByteArrayFeeder feeder;

    /** What came before it was known whether it is an error. */
    private @Nullable ByteArrayOutputStream undecided;

    private boolean verbatim;
    private int depth;
    private boolean begun;
    private boolean rootIsObject;
    private boolean ended;
    private @Nullable JsonGenerator generator;
    private @Nullable JsonGenerator filtered;

    private long seen;
    private boolean pretty;
    private byte lastByte;

    DocumentFilter(FilterPaths paths, AnswerFormat format, OutputStream out, int status) throws IOException {
        this.paths = paths;
        this.format = format;
        this.out = out;
        this.parser = format.parser();
        this.feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
        this.undecided = status >= FIRST_ERROR_STATUS ? new ByteArrayOutputStream() : null;
    }

    /** Bytes that were taken so far. */
    long seen() {
        return seen;
    }

    /**
     * Takes the next bytes, from the array's beginning.
     *
     * @throws IOException when they do not go on with a document
     */
    void take(byte[] bytes, int length) throws IOException {
        look(bytes, length);
        if (verbatim) {
            out.write(bytes, 0, length);
            return;
        }
        if (undecided != null) {
            undecided.write(bytes, 0, length);
            if (undecided.size() > AnswerFilter.HELD_BYTES) {
                throw new IOException("An object does not begin within " + AnswerFilter.HELD_BYTES + " bytes.");
            }
        }
        feeder.feedInput(bytes, 0, length);
        pump();
    }

    /** The servers lay a document out over lines or not at all, so that what follows the first brace tells which. */
    private void look(byte[] bytes, int length) {
        if (length == 0) {
            return;
        }
        if (seen <= 1 && seen + length > 1) {
            byte second = bytes[(int) (1 - seen)];
            pretty = format == AnswerFormat.JSON && (second == '\n' || second == ' ');
        }
        seen += length;
        lastByte = bytes[length - 1];
    }

    /**
     * Ends the document.
     *
     * @throws IOException when it is not at its end
     */
    void end() throws IOException {
        if (verbatim || seen == 0) {
            return;
        }
        feeder.endOfInput();
        pump();
        if (verbatim) {
            return;
        }
        if (!ended) {
            throw new IOException("The document stops before its end.");
        }
        if (generator != null) {
            generator.close();
        }
        if (pretty && lastByte == '\n') {
            out.write('\n');
        }
    }

    private void pump() throws IOException {
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.NOT_AVAILABLE && !verbatim;
                token = verbatim ? null : parser.nextToken()) {
            take(token);
        }
    }

    private void take(JsonToken token) throws IOException {
        if (ended) {
            throw new IOException("Something follows the document.");
        }
        if (!begun && token == JsonToken.START_OBJECT) {
            // The next token tells whether it is an error; and the second byte, how it is laid out.
            begun = true;
            rootIsObject = true;
            depth = 1;
            return;
        }
        if (undecided != null && isError(token)) {
            verbatim = true;
            undecided.writeTo(out);
            undecided = null;
            return;
        }
        undecided = null;
        begun = true;
        write(token, filtered == null ? begin() : filtered);
    }

    private boolean isError(JsonToken token) throws IOException {
        return rootIsObject
                && token == JsonToken.FIELD_NAME
                && parser.currentName().equals("error");
    }

    private JsonGenerator begin() throws IOException {
        JsonGenerator whole = format.generator(out, pretty);
        if (rootIsObject) {
            whole.writeStartObject();
        }
        generator = whole;
        filtered = paths.before(whole);
        return filtered;
    }

    private void write(JsonToken token, JsonGenerator target) throws IOException {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        ended = depth == 0;
        if (ended && rootIsObject && generator != null) {
            generator.writeEndObject();
        } else if (token.isNumeric() && format == AnswerFormat.JSON) {
            target.writeNumber(parser.getText());
        } else {
            target.copyCurrentEvent(parser);
        }
    }

    @Override
    public void close() {
        try {
            parser.close();
            if (generator != null && !generator.isClosed()) {
                generator.close();
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("Neither input nor output is behind them.", impossible);
        }
    }
}
