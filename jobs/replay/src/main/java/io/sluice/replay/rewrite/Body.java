package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Takes the encoding of a body away. */
final class Body {

    private static final int CHUNK_BYTES = 16 << 10;

    /** The method in the first byte of the header (RFC 1950), whose two bytes are a multiple of 31. */
    private static final int DEFLATE = 8;

    private Body() {}

    /** A body cannot be read; the message is the name of a rule. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String rule) {
            super(rule);
        }

        String rule() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * The bytes that a body stands for.
     *
     * @param encoding as in the header, in lower case
     * @param most how many there may be
     */
    static ByteString decoded(ByteString body, String encoding, int most) throws UnreadableException {
        return isPlain(body, encoding) ? body : inflated(body, encoding, most, false);
    }

    /** The first of those bytes, at most so many. */
    static ByteString beginning(ByteString body, String encoding, int most) throws UnreadableException {
        return isPlain(body, encoding)
                ? body.substring(0, Math.min(body.size(), most))
                : inflated(body, encoding, most, true);
    }

    private static boolean isPlain(ByteString body, String encoding) throws UnreadableException {
        if (encoding.isEmpty() || encoding.equals("identity") || body.isEmpty()) {
            return true;
        }
        return switch (encoding) {
            case "gzip", "x-gzip", "deflate" -> false;
            default -> throw new UnreadableException("body_encoding_unknown");
        };
    }

    private static ByteString inflated(ByteString body, String encoding, int most, boolean mayStop)
            throws UnreadableException {
        Inflater inflater = new Inflater(encoding.equals("deflate") && !hasHeader(body));
        try (InputStream in = encoding.equals("deflate")
                        ? new InflaterInputStream(body.newInput(), inflater, CHUNK_BYTES)
                        : new GZIPInputStream(body.newInput(), CHUNK_BYTES);
                ByteString.Output out = ByteString.newOutput((int) Math.min(most, 4L * body.size() + CHUNK_BYTES))) {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                if (out.size() + (long) read > most) {
                    if (mayStop) {
                        return out.toByteString();
                    }
                    throw new UnreadableException("body_too_large");
                }
                out.write(chunk, 0, read);
            }
            return out.toByteString();
        } catch (IOException e) {
            throw new UnreadableException("body_not_decodable");
        } finally {
            inflater.end();
        }
    }

    /** Some send what "deflate" names, some leave its header of two bytes out (RFC 9110, 8.4.1.2). */
    private static boolean hasHeader(ByteString body) {
        if (body.size() < 2) {
            return false;
        }
        int first = body.byteAt(0) & 0xff;
        return (first & 0x0f) == DEFLATE && ((first << 8) | (body.byteAt(1) & 0xff)) % 31 == 0;
    }
}
