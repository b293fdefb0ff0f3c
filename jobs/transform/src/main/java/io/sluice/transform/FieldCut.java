package io.sluice.transform;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;

/**
 * Cuts fields out of JSON and leaves every other byte as it is.
 *
 * <p>Fields are named as {@link PathPattern} says. Arrays on the way make no difference, nor do names
 * with dots in them: {@code a.b} is the {@code b} of {@code {"a": [{"b": 1}]}} and that of {@code {"a.b": 1}}.
 *
 * <p>Cut at the places that a parser tells, as writing the document anew would not keep its numbers and white space.
 * Not safe for use by several threads.
 */
public final class FieldCut {

    private static final int MAX_KEPT_BYTES = 1 << 20;
    private static final int NOWHERE = -1;
    private static final byte[] NOTHING = {};

    private final StringBuilder path = new StringBuilder();
    private final Matcher gone;
    private CutBytes rest = new CutBytes();
    private byte[] source = NOTHING;
    private int offset;
    private int copied;

    /** Cuts the fields at these paths. */
    public FieldCut(List<String> paths) {
        gone = PathPattern.any(paths).matcher(path);
    }

    /**
     * Cuts {@code source[offset, +length)}.
     *
     * @return whether there was anything to cut; what is left is in {@link #bytes} then
     * @throws UnreadableSourceException when it is no JSON
     */
    public boolean cut(byte[] source, int offset, int length) throws UnreadableSourceException {
        if (rest.array().length > MAX_KEPT_BYTES) {
            rest = new CutBytes();
        }
        rest.reset();
        path.setLength(0);
        this.source = source;
        this.offset = offset;
        copied = 0;
        try (JsonParser in = SourceValues.JSON.createParser(source, offset, length)) {
            in.nextToken();
            value(in);
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            throw new UnreadableSourceException("The document is not JSON: " + e.getMessage(), e);
        } finally {
            this.source = NOTHING; // it may be large, and is somebody else's
        }
        if (copied == 0) {
            return false;
        }
        rest.write(source, offset + copied, length - copied);
        return true;
    }

    /** What is left, in {@code [0, length())}. An array beyond 1 MB is not used again. */
    public byte[] bytes() {
        return rest.array();
    }

    /** The length of what is left. */
    public int length() {
        return rest.size();
    }

    private void value(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            object(in);
        } else if (in.currentToken() == JsonToken.START_ARRAY) {
            while (in.nextToken() != JsonToken.END_ARRAY) {
                value(in);
            }
        } else {
            in.finishToken();
        }
    }

    /** A member goes with the comma before it; one that has none before it that stays, with the comma behind it. */
    private void object(JsonParser in) throws IOException {
        int above = path.length();
        int keptEnd = NOWHERE;
        int cutFrom = NOWHERE;
        int cutTo = NOWHERE;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            int start = place(in.currentTokenLocation().getByteOffset());
            path.append(above == 0 ? "" : ".").append(in.currentName());
            in.nextToken();
            if (gone.reset(path).matches()) {
                cutFrom = cutFrom != NOWHERE ? cutFrom : keptEnd != NOWHERE ? keptEnd : start;
                in.skipChildren();
                in.finishToken();
                cutTo = place(in.currentLocation().getByteOffset());
            } else {
                if (cutFrom != NOWHERE) {
                    cut(cutFrom, keptEnd != NOWHERE ? cutTo : start);
                    cutFrom = NOWHERE;
                }
                value(in);
                keptEnd = place(in.currentLocation().getByteOffset());
            }
            path.setLength(above);
        }
        if (cutFrom != NOWHERE) {
            cut(cutFrom, cutTo);
        }
    }

    private static int place(long byteOffset) throws IOException {
        if (byteOffset < 0) {
            throw new IOException("fields can be cut out of UTF-8 only");
        }
        return (int) byteOffset;
    }

    private void cut(int from, int to) {
        rest.write(source, offset + copied, from - copied);
        copied = to;
    }

    /** Lets its array be used without a copy. */
    private static final class CutBytes extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }
}
