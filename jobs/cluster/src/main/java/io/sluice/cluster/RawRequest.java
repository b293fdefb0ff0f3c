package io.sluice.cluster;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One request of the data path.
 *
 * @param path with its query, {@code /books/_bulk?pipeline=_none}; the endpoint's own path is put before it
 * @param contentType of the body; empty when there is none
 * @param body sent one after the other, not copied, positions left untouched; must not change until the answer is there
 * @param timeout from the first byte sent to the last byte of the answer
 * @param headers besides those that the client itself sets, which win
 */
public record RawRequest(
        String method,
        String path,
        String contentType,
        List<ByteBuffer> body,
        Duration timeout,
        Map<String, String> headers) {

    public RawRequest {
        body = List.copyOf(body);
        headers = Map.copyOf(headers);
    }

    /** One without headers of its own. */
    public RawRequest(String method, String path, String contentType, List<ByteBuffer> body, Duration timeout) {
        this(method, path, contentType, body, timeout, Map.of());
    }

    /** The body's length in bytes. */
    public long length() {
        return body.stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
