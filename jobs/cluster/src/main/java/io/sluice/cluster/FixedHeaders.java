package io.sluice.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Credentials that are the same for every request. */
final class FixedHeaders implements RequestHeaders {

    private final CompletableFuture<Map<String, String>> headers;

    FixedHeaders(Credentials credentials) {
        headers = CompletableFuture.completedFuture(authorization(credentials));
    }

    static Map<String, String> authorization(Credentials credentials) {
        if (credentials instanceof Credentials.Basic basic) {
            String pair = basic.username() + ":" + basic.password().value();
            String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            return Map.of("Authorization", "Basic " + encoded);
        }
        if (credentials instanceof Credentials.ApiKey key) {
            return Map.of("Authorization", "ApiKey " + key.encoded().value());
        }
        return Map.of();
    }

    @Override
    public CompletableFuture<Map<String, String>> of(String method, String path, List<ByteBuffer> body) {
        return headers;
    }
}
