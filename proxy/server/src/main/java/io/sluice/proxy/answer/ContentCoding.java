package io.sluice.proxy.answer;

import io.netty.handler.codec.compression.ZlibWrapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** How a body is compressed. Elasticsearch and OpenSearch know no others than these. */
enum ContentCoding {
    IDENTITY,
    GZIP,
    DEFLATE;

    /**
     * The coding of an answer.
     *
     * @param contentEncoding in lower case; empty if the answer has none
     */
    static Optional<ContentCoding> of(String contentEncoding) {
        return switch (contentEncoding) {
            case "", "identity" -> Optional.of(IDENTITY);
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "deflate" -> Optional.of(DEFLATE);
            default -> Optional.empty();
        };
    }

    BodyDecoder decoder() {
        return switch (this) {
            case IDENTITY -> new BodyDecoder.Identity();
            case GZIP -> new BodyDecoder.Zlib(ZlibWrapper.GZIP);
            case DEFLATE -> new BodyDecoder.Zlib(ZlibWrapper.ZLIB_OR_NONE);
        };
    }

    /** A stream that ends its coding, and frees what it holds, when it is closed. */
    OutputStream encoder(OutputStream target) throws IOException {
        return switch (this) {
            case IDENTITY -> target;
            case GZIP -> new GZIPOutputStream(target);
            case DEFLATE -> new DeflaterOutputStream(target);
        };
    }
}
