package io.sluice.proxy.http;

import io.netty.handler.codec.http.HttpDecoderConfig;

/**
 * How long the parts of a head may be, both ways.
 *
 * @param line bytes of a start line
 * @param head bytes of all header lines together
 */
public record HttpLimits(int line, int head) {

    /** Scroll ids make long lines, tokens long headers. */
    public static final HttpLimits DEFAULT = new HttpLimits(1 << 20, 256 << 10);

    /** No piece of a body is larger: it is what one read of a socket gives. */
    static final int PIECE = 64 << 10;

    HttpDecoderConfig decoding() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(line)
                .setMaxHeaderSize(head)
                .setMaxChunkSize(PIECE)
                .setInitialBufferSize(512)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false);
    }
}
