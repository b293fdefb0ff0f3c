package io.sluice.lucene4;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.snapshot.CorruptBlobException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes id, type, routing and source out of a document's stored fields.
 *
 * <pre>
 *   document := field{count}
 *   field    := number × 8 + kind:vlong  value
 *   kind     := 0 text, 1 bytes: length:vint bytes   2 int  3 float  4 long  5 double
 * </pre>
 *
 * Numbers have 4 or 8 bytes in Lucene41's format and as few as will do in Lucene50's.
 *
 * <p>{@code _uid} is {@code type#id}; the id may contain more of {@code #}, the type none. Where there is no
 * {@code _uid} but an {@code _id}, the index has one type only. A child of Elasticsearch 1 to 5 is routed by its
 * parent's id, from {@code _parent} ({@code type#id}), unless it has a routing of its own.
 */
final class StoredDocument {

    static final int NONE = -1;

    private static final int KIND_BITS = 3;
    private static final int BYTES = 1;
    private static final int INT = 2;
    private static final int FLOAT = 3;
    private static final int LONG = 4;
    private static final int DOUBLE = 5;

    private static final byte SEPARATOR = '#';
    private static final int FIRST_BYTES = 64;

    private final StoredFields fields;
    private final Input in;
    private final int uidNumber;
    private final int idNumber;
    private final int routingNumber;
    private final int parentNumber;
    private final int sourceNumber;

    private byte[] id = new byte[FIRST_BYTES];
    private int idLength = NONE;
    private boolean hasUid;
    private byte[] routing = new byte[FIRST_BYTES];
    private int routingLength = NONE;
    private boolean hasOwnRouting;
    private @Nullable String type;
    private byte[] lastType = new byte[0];
    private String lastTypeText = "";
    private byte[] source = new byte[0];
    private int sourceOffset;
    private int sourceLength = NONE;

    StoredDocument(StoredFields fields, FieldTable table) {
        this.fields = fields;
        this.in = new Input(fields.data());
        this.uidNumber = number(table, "_uid");
        this.idNumber = number(table, "_id");
        this.routingNumber = number(table, "_routing");
        this.parentNumber = number(table, "_parent");
        this.sourceNumber = number(table, "_source");
    }

    private static int number(FieldTable table, String name) {
        FieldTable.Field field = table.field(name);
        return field == null ? NONE : field.number();
    }

    /** @param at where the chunk that holds the document begins in the store, for messages */
    void read(byte[] bytes, int from, int to, int count, long at) throws IOException {
        clear();
        in.reset(fields.data(), bytes, from, to, at);
        for (int i = 0; i < count; i++) {
            long numberAndKind = in.readVLong();
            long number = numberAndKind >>> KIND_BITS;
            int kind = (int) numberAndKind & ((1 << KIND_BITS) - 1);
            if (kind > BYTES) {
                skipNumber(kind);
            } else {
                int length = in.requireBytes(in.readVInt());
                take(number, length);
                in.skip(length);
            }
        }
        if (sourceLength != NONE) {
            unpackSource();
        }
    }

    private void clear() {
        idLength = NONE;
        hasUid = false;
        routingLength = NONE;
        hasOwnRouting = false;
        type = null;
        sourceLength = NONE;
    }

    private void take(long number, int length) throws CorruptBlobException {
        if (number == sourceNumber) {
            source = in.bytes();
            sourceOffset = in.position();
            sourceLength = length;
        } else if (number == uidNumber) {
            takeUid(length);
        } else if (number == idNumber && !hasUid) {
            takeId(in.position(), length);
        } else if (number == routingNumber) {
            hasOwnRouting = true;
            takeRouting(in.position(), length);
        } else if (number == parentNumber && !hasOwnRouting) {
            int separator = separator(length, "_parent");
            takeRouting(separator + 1, in.position() + length - separator - 1);
        }
    }

    private void takeUid(int length) throws CorruptBlobException {
        int separator = separator(length, "_uid");
        int typeLength = separator - in.position();
        hasUid = true;
        takeId(separator + 1, length - typeLength - 1);
        byte[] bytes = in.bytes();
        if (!Arrays.equals(bytes, in.position(), separator, lastType, 0, lastType.length)) {
            lastType = Arrays.copyOfRange(bytes, in.position(), separator);
            lastTypeText = new String(lastType, UTF_8);
        }
        type = lastTypeText;
    }

    private int separator(int length, String field) throws CorruptBlobException {
        byte[] bytes = in.bytes();
        for (int at = in.position(); at < in.position() + length; at++) {
            if (bytes[at] == SEPARATOR) {
                return at;
            }
        }
        throw in.corrupt("type#id in " + field, length + " bytes without #");
    }

    private void takeId(int at, int length) {
        if (id.length < length) {
            id = new byte[Math.max(length, 2 * id.length)];
        }
        System.arraycopy(in.bytes(), at, id, 0, length);
        idLength = length;
    }

    private void takeRouting(int at, int length) {
        if (routing.length < length) {
            routing = new byte[Math.max(length, 2 * routing.length)];
        }
        System.arraycopy(in.bytes(), at, routing, 0, length);
        routingLength = length;
    }

    private void skipNumber(int kind) throws CorruptBlobException {
        switch (kind) {
            case INT -> {
                if (fields.isLucene41()) {
                    in.skip(Integer.BYTES);
                } else {
                    in.readVInt();
                }
            }
            case LONG -> {
                if (fields.isLucene41()) {
                    in.skip(Long.BYTES);
                } else if ((in.readByte() & 0x20) != 0) { // the five lowest bits are in this byte, the unit of time too
                    in.readVLong();
                }
            }
            case FLOAT -> skipFloating(Integer.BYTES);
            case DOUBLE -> skipFloating(Long.BYTES);
            default -> throw in.corrupt("a kind of field up to " + DOUBLE, Integer.toString(kind));
        }
    }

    /** In Lucene50's format the first byte alone may be a small integer, or say that all bytes, or a float, follow. */
    private void skipFloating(int bytes) throws CorruptBlobException {
        if (fields.isLucene41()) {
            in.skip(bytes);
            return;
        }
        int first = in.readByte() & 0xFF;
        if (first == 0xFF) {
            in.skip(bytes);
        } else if (first == 0xFE && bytes == Long.BYTES) {
            in.skip(Integer.BYTES);
        } else if ((first & 0x80) == 0) {
            in.skip(bytes - 1);
        }
    }

    /** Elasticsearch 1 and 2 can be told to compress it. */
    private void unpackSource() throws IOException {
        byte[] unpacked = PackedSource.unpack(fields.data(), source, sourceOffset, sourceLength);
        if (unpacked != source) {
            source = unpacked;
            sourceOffset = 0;
            sourceLength = unpacked.length;
        }
    }

    boolean hasId() {
        return idLength != NONE;
    }

    byte[] id() {
        return id;
    }

    int idLength() {
        return idLength;
    }

    byte[] routing() {
        return routing;
    }

    int routingLength() {
        return routingLength;
    }

    @Nullable
    String type() {
        return type;
    }

    byte[] source() {
        return source;
    }

    int sourceOffset() {
        return sourceOffset;
    }

    int sourceLength() {
        return sourceLength;
    }
}
