package io.sluice.lucene4;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.FieldValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The selected stored fields of a document, of every kind. {@link StoredDocument} says how they lie behind each other.
 *
 * <pre>
 *   Lucene41:  int:i32  long:i64  float:f32  double:f64
 *   Lucene50:  int    := zigzag:vint
 *              long   := unit:2bit more:1bit low:5bit (high:vlong)        zigzag; in units of 1, 1000, an hour, a day
 *              float  := 0xFF f32  |  0x80 + (n + 1):u8  |  f32           for −1 ≤ n ≤ 125; positive
 *              double := 0xFF f64  |  0xFE f32  |  0x80 + (n + 1):u8  |  f64     for −1 ≤ n ≤ 124; positive
 * </pre>
 *
 * Numbers of a fixed size are big-endian.
 */
final class StoredValues implements FieldValues {

    private static final int KIND_BITS = 3;
    private static final int TEXT = 0;
    private static final int BYTES = 1;
    private static final int INT = 2;
    private static final int FLOAT = 3;
    private static final int LONG = 4;
    private static final int DOUBLE = 5;

    private static final int ALL_BYTES = 0xFF;
    private static final int AS_FLOAT = 0xFE;
    private static final int SMALL = 0x80;

    private static final int LOW_BITS = 5;
    private static final int MORE = 0x20;
    private static final int UNIT_SHIFT = 6;
    private static final long[] UNITS = {1, 1000, 3_600_000, 86_400_000};

    private final boolean isLucene41;
    private final Input in;
    private final Map<Integer, String> names;
    private final Map<String, List<Object>> values = new HashMap<>();

    /**
     * @param in is moved to each document before it is read
     * @param names of the selected fields by their numbers
     */
    StoredValues(boolean isLucene41, Input in, Map<Integer, String> names) {
        this.isLucene41 = isLucene41;
        this.in = in;
        this.names = names;
    }

    /** The numbers of those fields that the segment has. */
    static Map<Integer, String> numbers(FieldTable table, Set<String> wanted) {
        Map<Integer, String> names = new HashMap<>();
        for (String name : wanted) {
            FieldTable.Field field = table.field(name);
            if (field != null) {
                names.put(field.number(), name);
            }
        }
        return names;
    }

    /** Reads a document of so many fields. */
    StoredValues read(int count) throws CorruptBlobException {
        values.clear();
        for (int i = 0; i < count; i++) {
            long numberAndKind = in.readVLong();
            Object value = value((int) numberAndKind & ((1 << KIND_BITS) - 1));
            String name = names.get((int) (numberAndKind >>> KIND_BITS));
            if (name != null) {
                values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
        }
        return this;
    }

    private Object value(int kind) throws CorruptBlobException {
        return switch (kind) {
            case TEXT -> new String(bytes(), UTF_8);
            case BYTES -> bytes();
            case INT -> isLucene41 ? in.readInt() : (int) unZigZag(in.readVInt() & 0xFFFF_FFFFL);
            case LONG -> isLucene41 ? in.readLong() : shortLong();
            case FLOAT -> isLucene41 ? Float.intBitsToFloat(in.readInt()) : shortFloat();
            case DOUBLE -> isLucene41 ? Double.longBitsToDouble(in.readLong()) : shortDouble();
            default -> throw in.corrupt("a kind of field up to " + DOUBLE, Integer.toString(kind));
        };
    }

    private byte[] bytes() throws CorruptBlobException {
        int length = in.requireBytes(in.readVInt());
        byte[] copy = Arrays.copyOfRange(in.bytes(), in.position(), in.position() + length);
        in.skip(length);
        return copy;
    }

    private static long unZigZag(long number) {
        return (number >>> 1) ^ -(number & 1);
    }

    private long shortLong() throws CorruptBlobException {
        int head = in.readByte() & 0xFF;
        long bits = head & ((1 << LOW_BITS) - 1);
        if ((head & MORE) != 0) {
            bits |= in.readVLong() << LOW_BITS;
        }
        return unZigZag(bits) * UNITS[head >> UNIT_SHIFT];
    }

    private float shortFloat() throws CorruptBlobException {
        int head = in.readByte() & 0xFF;
        if (head == ALL_BYTES) {
            return Float.intBitsToFloat(in.readInt());
        }
        return (head & SMALL) != 0 ? (head & ~SMALL) - 1 : Float.intBitsToFloat((int) more(head, Float.BYTES - 1));
    }

    private double shortDouble() throws CorruptBlobException {
        int head = in.readByte() & 0xFF;
        if (head == ALL_BYTES) {
            return Double.longBitsToDouble(in.readLong());
        }
        if (head == AS_FLOAT) {
            return Float.intBitsToFloat(in.readInt());
        }
        return (head & SMALL) != 0 ? (head & ~SMALL) - 1 : Double.longBitsToDouble(more(head, Double.BYTES - 1));
    }

    private long more(long head, int bytes) throws CorruptBlobException {
        long bits = head;
        for (int i = 0; i < bytes; i++) {
            bits = bits << Byte.SIZE | (in.readByte() & 0xFF);
        }
        return bits;
    }

    @Override
    public List<Object> stored(String field) {
        return values.getOrDefault(field, List.of());
    }

    @Override
    public List<Object> column(String field) throws IOException {
        throw new IllegalStateException("Doc values are not read of Lucene 4 to 6: " + field);
    }
}
