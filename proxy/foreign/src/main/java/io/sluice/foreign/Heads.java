package io.sluice.foreign;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.sluice.proxy.http.HeadWriter;

/** Writes heads as the capture holds them: without the values of credentials, unless they are to be kept. */
final class Heads {

    private final HeadWriter writer = new HeadWriter();
    private final ByteBufAllocator buffers = new UnpooledByteBufAllocator(false);
    private final boolean keepCredentials;

    Heads(boolean keepCredentials) {
        this.keepCredentials = keepCredentials;
    }

    ByteString of(HttpRequest request) {
        ByteBuf redacted = keepCredentials ? null : writer.redacted(buffers, request);
        return bytes(redacted == null ? writer.request(buffers, request) : redacted);
    }

    ByteString of(HttpResponse answer) {
        ByteBuf redacted = keepCredentials ? null : writer.redacted(buffers, answer);
        return bytes(redacted == null ? writer.answer(buffers, answer) : redacted);
    }

    ByteString trailers(HttpHeaders trailers) {
        return trailers.isEmpty() ? ByteString.EMPTY : bytes(writer.trailers(buffers, trailers, keepCredentials));
    }

    private static ByteString bytes(ByteBuf head) {
        try {
            return ByteString.copyFrom(head.nioBuffer());
        } finally {
            head.release();
        }
    }
}
