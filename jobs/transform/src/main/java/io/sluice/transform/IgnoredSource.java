package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Elasticsearch 8.15 and later keep of a document, beside doc values and stored fields, so that they can make its
 * source: values that are not indexed, or not as they were sent.
 *
 * <pre>
 *   entry  := length:i32 name:byte{length} value          (8.15 on) the length in UTF-16 units; parent · 2^16 is added to it
 *           | count:vint name:text (parent:vint length:vint value){count}      (9.2 on; then also as doc values)
 *   text   := units:vint unit{units}                                           a UTF-16 unit in 1 to 3 bytes, as UTF-8 has it
 *   value  := kind:u8 rest
 *   kind   := S text  I i32  L i64  D f64  F f32  i big integer  d scale:i32 big integer  t true  f false  n null  b bytes
 *             j JSON  c CBOR  s SMILE  y YAML  v nothing: the field's other values were not in the source
 * </pre>
 *
 * Numbers are little-endian. The two forms of an entry are told by their second byte: a name is neither empty nor, but for
 * very long ones, of a length of 256 or more.
 */
final class IgnoredSource {

    static final String FIELD = "_ignored_source";

    static final IgnoredSource NONE = new IgnoredSource();

    private static final int NAME_LENGTH_BITS = 16;

    private final Map<String, List<Object>> values = new LinkedHashMap<>();

    /** Text that is JSON already. */
    record Json(String text) {}

    private IgnoredSource() {}

    static IgnoredSource of(FieldReader reader) throws IOException {
        IgnoredSource ignored = new IgnoredSource();
        for (Object entry : reader.stored(FIELD)) {
            ignored.add(entry);
        }
        for (Object entry : reader.column(FIELD)) {
            ignored.add(entry);
        }
        return ignored;
    }

    private void add(Object entry) {
        if (!(entry instanceof byte[] bytes) || bytes.length <= Integer.BYTES) {
            throw new IllegalArgumentException("an entry of " + FIELD + " that is none");
        }
        if (bytes[1] == 0) {
            addOne(bytes);
        } else {
            addSeveral(new Vints(bytes));
        }
    }

    private void addOne(byte[] bytes) {
        int units = littleEndian(bytes, 0).getInt() & ((1 << NAME_LENGTH_BITS) - 1);
        String rest = new String(bytes, Integer.BYTES, bytes.length - Integer.BYTES, UTF_8);
        if (units >= rest.length()) {
            throw new IllegalArgumentException("a name of %d characters in %d bytes".formatted(units, bytes.length));
        }
        String name = rest.substring(0, units);
        int valueAt = Integer.BYTES + name.getBytes(UTF_8).length;
        put(name, Arrays.copyOfRange(bytes, valueAt, bytes.length));
    }

    private void addSeveral(Vints in) {
        int count = in.next();
        String name = in.text(in.next());
        for (; count > 0; count--) {
            in.next();
            put(name, in.bytes(in.next()));
        }
    }

    private void put(String name, byte[] value) {
        List<Object> ofName = values.computeIfAbsent(name, key -> new ArrayList<>());
        if (value.length != 1 || value[0] != 'v') {
            ofName.add(decode(value));
        }
    }

    /** Whether the field's value, or that of an object around it, is here: then what else is kept of it is not used. */
    boolean holds(String path) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
            if (values.containsKey(path.substring(0, end))) {
                return true;
            }
        }
        return false;
    }

    void addTo(Additions fields) {
        values.forEach((name, ofName) -> ofName.forEach(value -> fields.put(name, value)));
    }

    /** The value, as {@link Decoder} makes them, {@link Json}, or null. */
    static Object decode(byte[] value) {
        if (value.length == 0) {
            throw new IllegalArgumentException("a value of no kind");
        }
        return switch (value[0]) {
            case 'S' -> new String(value, 1, value.length - 1, UTF_8);
            case 'I' -> littleEndian(value, 1).getInt();
            case 'L' -> littleEndian(value, 1).getLong();
            case 'D' -> littleEndian(value, 1).getDouble();
            case 'F' -> littleEndian(value, 1).getFloat();
            case 'i' -> new BigInteger(value, 1, value.length - 1);
            case 'd' ->
                new BigDecimal(
                        new BigInteger(value, 1 + Integer.BYTES, value.length - 1 - Integer.BYTES),
                        littleEndian(value, 1).getInt());
            case 't' -> true;
            case 'f' -> false;
            case 'n' -> new Json("null");
            case 'b' -> Arrays.copyOfRange(value, 1, value.length);
            case 'j' -> new Json(new String(value, 1, value.length - 1, UTF_8));
            case 'c' -> converted(SourceEncoding.CBOR, value);
            case 's' -> converted(SourceEncoding.SMILE, value);
            case 'y' -> converted(SourceEncoding.YAML, value);
            default -> throw new IllegalArgumentException("a value of the kind " + (char) value[0]);
        };
    }

    private static Json converted(SourceEncoding encoding, byte[] value) {
        JsonSource json = new JsonSource();
        try {
            json.convert(encoding, value, 1, value.length - 1);
        } catch (UnreadableSourceException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return new Json(new String(json.bytes(), 0, json.length(), UTF_8));
    }

    private static ByteBuffer littleEndian(byte[] value, int at) {
        if (value.length - at < Integer.BYTES) {
            throw new IllegalArgumentException("a number that does not end");
        }
        return ByteBuffer.wrap(value, at, value.length - at).order(ByteOrder.LITTLE_ENDIAN);
    }
}
