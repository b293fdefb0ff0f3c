package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes of a stored value, or of a doc value, what a client would send for it: a String, Boolean, Number, or a Map.
 *
 * <p>The encodings are those of the servers' mappers; the sortable forms of floating-point numbers are Lucene's:
 * the bits, with all but the sign turned round below zero.
 */
@FunctionalInterface
interface Decoder {

    /**
     * Decodes one value.
     *
     * @throws IllegalArgumentException when it is not one of the field's kind
     */
    Object decode(Object value);

    /** Numbers as they are. */
    Decoder INTEGER = value -> number(value).longValue();

    Decoder DOUBLE = value -> value instanceof Long sortable
            ? (Object) Double.longBitsToDouble(sortable ^ ((sortable >> 63) & Long.MAX_VALUE))
            : (Object) number(value).doubleValue();

    Decoder FLOAT = value -> value instanceof Long sortable
            ? (Object) Float.intBitsToFloat(turned(sortable.intValue()))
            : (Object) number(value).floatValue();

    Decoder HALF_FLOAT = value -> value instanceof Long sortable
            ? (Object) halfFloat(sortable.shortValue() ^ ((sortable.shortValue() >> 15) & 0x7fff))
            : (Object) number(value).floatValue();

    /** Doc values are numbers, stored ones {@code T} and {@code F}. */
    Decoder BOOLEAN = value -> value instanceof Number number
            ? number.longValue() != 0
            : text(value).startsWith("T");

    Decoder TEXT = Decoder::text;

    /** What base64 makes of the bytes. */
    Decoder BINARY = value -> {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        throw unexpected(value);
    };

    /** 16 bytes; of an address of version 4 the last 4, or before Elasticsearch 5 a number of 32 bits. */
    Decoder IP = value -> {
        try {
            if (value instanceof Long number) {
                return "%d.%d.%d.%d".formatted(number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255);
            }
            return value instanceof byte[] bytes ? ip(InetAddress.getByAddress(bytes)) : text(value);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    };

    /** Doc values: 32 bits of the latitude, 32 of the longitude, each a part of the whole range. */
    Decoder GEO_POINT = value -> {
        if (!(value instanceof Long point)) {
            return text(value);
        }
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("lat", degrees((int) (point >> 32), 180));
        shown.put("lon", degrees((int) (long) point, 360));
        return shown;
    };

    /**
     * Numbers from 0 to 2^64 − 1.
     *
     * @param isFlipped whether doc values have the highest bit turned, so that they sort as numbers do
     */
    static Decoder unsignedLong(boolean isFlipped) {
        return value -> {
            if (value instanceof Long bits) {
                return new BigInteger(Long.toUnsignedString(isFlipped ? bits ^ Long.MIN_VALUE : bits));
            }
            return new BigInteger(text(value));
        };
    }

    /** A whole number that was multiplied before. */
    static Decoder scaledFloat(double factor) {
        return value -> number(value) instanceof Long scaled
                ? (Object) (scaled / factor)
                : number(value).doubleValue();
    }

    /** Milliseconds. */
    static Decoder date(DateForm form) {
        return value -> form.write(Instant.ofEpochMilli(number(value).longValue()));
    }

    /** Nanoseconds. */
    static Decoder dateNanos(DateForm form) {
        return value -> {
            long nanos = number(value).longValue();
            return form.write(
                    Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)));
        };
    }

    /**
     * The values that the servers put into one binary doc value.
     *
     * <pre>
     *   values := count:vint (length:vint byte{length}){count}
     * </pre>
     */
    static List<Object> unpack(byte[] packed) {
        Vints in = new Vints(packed);
        List<Object> values = new ArrayList<>();
        for (int count = in.next(); count > 0; count--) {
            values.add(in.bytes(in.next()));
        }
        return values;
    }

    private static Number number(Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw unexpected(value);
    }

    private static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return new String(bytes, UTF_8);
        }
        return value.toString();
    }

    private static IllegalArgumentException unexpected(Object value) {
        return new IllegalArgumentException(
                "a value of the kind " + value.getClass().getSimpleName());
    }

    private static int turned(int sortable) {
        return sortable ^ ((sortable >> 31) & Integer.MAX_VALUE);
    }

    /** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
    private static float halfFloat(int bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float size = exponent == 0
                ? Math.scalb((float) fraction, -24)
                : exponent == 0x1f
                        ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                        : Math.scalb((float) (fraction | 0x400), exponent - 25);
        return (bits & 0x8000) == 0 ? size : -size;
    }

    /** The shortest decimal that the index keeps as the same point: it keeps the step that a number is in. */
    private static BigDecimal degrees(int part, int range) {
        double step = range / 0x1p32;
        BigDecimal middle = BigDecimal.valueOf(part * step + step / 2);
        for (int digits = 0; digits < middle.scale(); digits++) {
            BigDecimal rounded = middle.setScale(digits, RoundingMode.HALF_EVEN);
            if (Math.floor(rounded.doubleValue() / step) == part) {
                return rounded.signum() == 0 ? BigDecimal.ZERO : rounded;
            }
        }
        return middle;
    }

    /** In the short form: the longest run of two or more zeros is left out. */
    private static String ip(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        String[] groups = address.getHostAddress().split(":", -1);
        int from = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - i > length) {
                from = i;
                length = end - i;
            }
        }
        if (from < 0) {
            return String.join(":", groups);
        }
        return String.join(":", List.of(groups).subList(0, from)) + "::"
                + String.join(":", List.of(groups).subList(from + length, groups.length));
    }

    /** The mapping's own decoder of one of its doc values or stored values, by the type's name. */
    static Decoder ofNumber(String type, JsonNode field, boolean isOpenSearch) {
        return switch (type) {
            case "double" -> DOUBLE;
            case "float" -> FLOAT;
            case "half_float" -> HALF_FLOAT;
            case "scaled_float" -> scaledFloat(field.path("scaling_factor").asDouble(1));
            case "unsigned_long" -> unsignedLong(!isOpenSearch);
            default -> INTEGER;
        };
    }
}
