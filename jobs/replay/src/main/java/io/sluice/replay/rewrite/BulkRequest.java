package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.sluice.replay.rewrite.WriteRequest.Action;
import io.sluice.replay.wire.Slice;
import io.sluice.transform.SourceEncoding;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The items of a bulk, one after the other. Documents are slices of the body, which is copied only where it lies in pieces.
 *
 * <p>Two forms can be in a bulk: JSON with line feeds between, and Smile with its end-of-content mark. What stands behind the last of
 * these is no item, as no server takes it for one.
 */
final class BulkRequest {

    private static final byte SMILE_END = (byte) 0xff;

    private final byte[] bytes;
    private final int limit;
    private final WriteRequest defaults;
    private final SourceEncoding encoding;
    private final byte separator;
    private int at;
    private boolean isMalformed;

    /** @param defaults what holds for items that do not say it themselves */
    BulkRequest(ByteString body, WriteRequest defaults) {
        Slice slice = Slice.of(body);
        this.bytes = slice.array();
        this.at = slice.offset();
        this.limit = slice.offset() + slice.length();
        this.defaults = defaults;
        boolean isSmile = SourceEncoding.of(bytes, at, limit - at) == SourceEncoding.SMILE;
        this.encoding = isSmile ? SourceEncoding.SMILE : SourceEncoding.JSON;
        this.separator = isSmile ? SMILE_END : (byte) '\n';
    }

    /** Whether there is something that is no item, at which reading stopped. */
    boolean isMalformed() {
        return isMalformed;
    }

    /** The next item; null behind the last, or where something is that is none. */
    @Nullable
    WriteRequest next() {
        while (!isMalformed) {
            int from = at;
            int end = lineEnd();
            if (end < 0) {
                return null;
            }
            if (!isBlank(from, end)) {
                return item(from, end);
            }
        }
        return null;
    }

    private @Nullable WriteRequest item(int from, int end) {
        WriteRequest item = action(from, end);
        if (item == null) {
            isMalformed = true;
            return null;
        }
        if (item.action != Action.DELETE) {
            int source = at;
            int sourceEnd = lineEnd();
            if (sourceEnd < 0) {
                isMalformed = true;
                return null;
            }
            boolean isReturn = encoding == SourceEncoding.JSON && sourceEnd > source && bytes[sourceEnd - 1] == '\r';
            item.source =
                    UnsafeByteOperations.unsafeWrap(bytes, source, (isReturn ? sourceEnd - 1 : sourceEnd) - source);
        }
        return item;
    }

    /** Goes behind the next separator, and says where it is; −1 when there is none. */
    private int lineEnd() {
        for (int i = at; i < limit; i++) {
            if (bytes[i] == separator) {
                at = i + 1;
                return i;
            }
        }
        return -1;
    }

    private boolean isBlank(int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\r' && bytes[i] != '\t' && bytes[i] != '\n') {
                return false;
            }
        }
        return true;
    }

    private @Nullable WriteRequest action(int from, int end) {
        try (JsonParser in = encoding.parser(bytes, from, end - from)) {
            if (in.nextToken() != JsonToken.START_OBJECT || in.nextToken() != JsonToken.FIELD_NAME) {
                return null;
            }
            Action action = action(in.currentName());
            if (action == null || in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            WriteRequest item = new WriteRequest();
            item.action = action;
            item.index = defaults.index;
            item.type = defaults.type;
            item.routing = defaults.routing;
            item.pipeline = defaults.pipeline;
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                parameter(name, in, item);
            }
            return in.currentToken() == JsonToken.END_OBJECT ? item : null;
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            return null;
        }
    }

    private static @Nullable Action action(String name) {
        return switch (name) {
            case "index" -> Action.INDEX;
            case "create" -> Action.CREATE;
            case "update" -> Action.UPDATE;
            case "delete" -> Action.DELETE;
            default -> null;
        };
    }

    private static void parameter(String name, JsonParser in, WriteRequest item) throws IOException {
        switch (name) {
            case "_index" -> item.index = orElse(in, item.index);
            case "_type" -> item.type = orElse(in, item.type);
            case "_id" -> item.id = in.getValueAsString();
            case "routing", "_routing" -> item.routing = orElse(in, item.routing);
            case "parent", "_parent" -> item.parent = in.getValueAsString();
            case "pipeline" -> item.pipeline = orElse(in, item.pipeline);
            case "if_seq_no", "if_primary_term" -> item.isConditional = true;
            default -> in.skipChildren();
        }
    }

    private static @Nullable String orElse(JsonParser in, @Nullable String before) throws IOException {
        String value = in.getValueAsString();
        return value == null ? before : value;
    }
}
