package io.sluice.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** An answer of the proxy's own, in the form in which the clusters report errors: clients can print it. */
public final class ErrorAnswer {

    private ErrorAnswer() {}

    /**
     * The whole answer.
     *
     * @param toHead whether the request was a HEAD: then the body is only told of
     */
    public static ByteBuf of(ByteBufAllocator buffers, Refusal refusal, boolean toHead, boolean close) {
        String cause =
                "{\"type\":\"sluice_proxy_" + refusal.type() + "\",\"reason\":\"" + escaped(refusal.reason()) + "\"";
        String body = "{\"error\":{\"root_cause\":[" + cause + "}]," + cause.substring(1) + "},\"status\":"
                + refusal.status() + "}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + HttpResponseStatus.valueOf(refusal.status()) + "\r\n"
                + "content-type: application/json; charset=UTF-8\r\n"
                + "content-length: " + bytes.length + "\r\n"
                + (close ? "connection: close\r\n" : "")
                + "\r\n";
        ByteBuf answer = buffers.directBuffer(head.length() + bytes.length);
        ByteBufUtil.writeAscii(answer, head);
        return toHead ? answer : answer.writeBytes(bytes);
    }

    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                safe.append('\\').append((char) c);
            } else if ((c >= ' ' && c < 0x7f) || c > 0x9f) {
                safe.append((char) c);
            } else {
                safe.append(' ');
            }
        });
        return safe.toString();
    }
}
