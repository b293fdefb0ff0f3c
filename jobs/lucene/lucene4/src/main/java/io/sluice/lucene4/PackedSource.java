package io.sluice.lucene4;

import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.Lzf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Sources that Elasticsearch 1 and 2 compressed when the mapping said so.
 *
 * <pre>
 *   source := LZF chunks ("ZV" …)  |  "DFL\0" raw deflate stream  |  the document
 * </pre>
 *
 * No JSON, SMILE, CBOR or YAML begins like the first two.
 */
final class PackedSource {

    /** Elasticsearch takes documents of a hundred megabytes, and more when it is told to. */
    private static final int MAX_BYTES = 1 << 30;

    private static final int DEFLATED_LENGTH = 4;

    private PackedSource() {}

    /** The document in an array of its own, or the very array that was given when it is not compressed. */
    static byte[] unpack(InnerFile file, byte[] bytes, int offset, int length) throws IOException {
        if (Lzf.isLzf(bytes, offset, length)) {
            return Lzf.decode(file.describe(file.start()), bytes, offset, length, MAX_BYTES);
        }
        return isDeflated(bytes, offset, length)
                ? inflate(file, bytes, offset + DEFLATED_LENGTH, length - DEFLATED_LENGTH)
                : bytes;
    }

    private static boolean isDeflated(byte[] bytes, int offset, int length) {
        return length > DEFLATED_LENGTH
                && bytes[offset] == 'D'
                && bytes[offset + 1] == 'F'
                && bytes[offset + 2] == 'L'
                && bytes[offset + 3] == 0;
    }

    private static byte[] inflate(InnerFile file, byte[] bytes, int offset, int length) throws IOException {
        Inflater inflater = new Inflater(true);
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes, offset, length), inflater)) {
            byte[] plain = in.readNBytes(MAX_BYTES);
            if (in.read() >= 0) {
                throw file.corrupt(file.start(), "a source of at most " + MAX_BYTES + " bytes", "more");
            }
            return plain;
        } catch (CorruptBlobException e) {
            throw e;
        } catch (IOException e) {
            throw file.corrupt(file.start(), "a deflated source", e);
        } finally {
            inflater.end();
        }
    }
}
