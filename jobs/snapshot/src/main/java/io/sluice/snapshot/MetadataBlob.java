package io.sluice.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.smile.databind.SmileMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the documents in which servers keep their metadata.
 *
 * <pre>
 *   blob     := codec frame around body
 *   body     := "DFL\0" deflated document  |  "ZV" LZF document  |  document
 *   document := SMILE (":)\n" …)  |  JSON
 * </pre>
 *
 * The deflated part is a raw stream in most versions and one with a zlib header in some: what its first
 * bytes say is tried first, then the other. LZF, and no frame, are of Elasticsearch 1.
 */
final class MetadataBlob {

    /** No document of a real cluster comes near it; a hostile one must not take the heap. */
    static final int MAX_BYTES = 128 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper SMILE = new SmileMapper();
    private static final byte[] DEFLATED = {'D', 'F', 'L', 0};

    private MetadataBlob() {}

    /** Reads and decodes a whole {@code .dat} blob. */
    static ObjectNode read(BlobStore store, String blob, String codec) throws IOException {
        return decode(blob, store.readAll(blob, MAX_BYTES), codec);
    }

    /** @param codec the name the frame must carry */
    static ObjectNode decode(String blob, byte[] bytes, String codec) throws IOException {
        CodecFrame frame = CodecFrame.read(blob, bytes);
        if (!frame.codec().equals(codec)) {
            throw new CorruptBlobException(blob, 5, "the codec name \"" + codec + "\"", "\"" + frame.codec() + "\"");
        }
        byte[] body = new byte[frame.payload().remaining()];
        frame.payload().get(body);
        if (document(blob, frame.payloadAt(), body) instanceof ObjectNode object) {
            return object;
        }
        throw new CorruptBlobException(blob, frame.payloadAt(), "an object", "another value");
    }

    /** Reads and decodes a whole blob that has no frame around it. */
    static ObjectNode readUnframed(BlobStore store, String blob) throws IOException {
        if (document(blob, 0, store.readAll(blob, MAX_BYTES)) instanceof ObjectNode object) {
            return object;
        }
        throw new CorruptBlobException(blob, 0, "an object", "another value");
    }

    /** A document that stands alone or inside another, compressed or not. */
    static JsonNode document(String blob, long at, byte[] body) throws IOException {
        byte[] document = plain(blob, at, body);
        try {
            JsonNode node = isSmile(document) ? SMILE.readTree(document) : JSON.readTree(document);
            return node == null ? JSON.missingNode() : node;
        } catch (JsonProcessingException e) {
            throw damaged(blob, at, isSmile(document) ? "SMILE" : "JSON", e.getOriginalMessage(), e);
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw damaged(
                    blob,
                    at,
                    "SMILE or JSON",
                    e.toString(),
                    e); // Jackson's SMILE decoder on bytes it cannot make sense of
        }
    }

    private static byte[] plain(String blob, long at, byte[] body) throws IOException {
        if (isDeflated(body)) {
            return inflate(blob, at, body);
        }
        return Lzf.isLzf(body, 0, body.length) ? Lzf.decode(blob, body, 0, body.length, MAX_BYTES) : body;
    }

    private static byte[] inflate(String blob, long at, byte[] body) throws IOException {
        boolean looksLikeZlib =
                (body.length > DEFLATED.length && (body[DEFLATED.length] & 0x0F) == 8) && isZlibHeader(body);
        try {
            return inflate(blob, at, body, looksLikeZlib);
        } catch (CorruptBlobException e) {
            throw e;
        } catch (IOException first) {
            try {
                return inflate(blob, at, body, !looksLikeZlib);
            } catch (IOException second) {
                throw damaged(blob, at, "deflated bytes", String.valueOf(first.getMessage()), first);
            }
        }
    }

    private static byte[] inflate(String blob, long at, byte[] body, boolean zlib) throws IOException {
        Inflater inflater = new Inflater(!zlib);
        InputStream deflated = new ByteArrayInputStream(body, DEFLATED.length, body.length - DEFLATED.length);
        try (InputStream in = new InflaterInputStream(deflated, inflater)) {
            byte[] inflated = in.readNBytes(MAX_BYTES);
            if (in.read() >= 0) {
                throw new CorruptBlobException(blob, at, "at most " + MAX_BYTES + " bytes once inflated", "more");
            }
            return inflated;
        } finally {
            inflater.end();
        }
    }

    /** RFC 1950: the first two bytes, as a big-endian number, are a multiple of 31. */
    private static boolean isZlibHeader(byte[] body) {
        int at = DEFLATED.length;
        return body.length > at + 1 && (((body[at] & 0xFF) << 8) | (body[at + 1] & 0xFF)) % 31 == 0;
    }

    private static boolean isDeflated(byte[] body) {
        return startsWith(body, DEFLATED);
    }

    private static boolean isSmile(byte[] body) {
        return startsWith(body, new byte[] {':', ')', '\n'});
    }

    private static boolean startsWith(byte[] body, byte[] prefix) {
        if (body.length < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (body[i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static CorruptBlobException damaged(
            String blob, long at, String expected, @Nullable String found, Throwable cause) {
        return new CorruptBlobException(blob, at, expected, "\"" + found + "\"", cause);
    }
}
