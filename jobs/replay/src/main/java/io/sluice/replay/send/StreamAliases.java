package io.sluice.replay.send;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.transform.StreamAlias;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Has the aliases that stand for data streams at the target write to their newest index. Several may do that at the same time: the target
 * refuses a second index to write to, and who came second looks again.
 *
 * <p>May be called from any thread; answers come on an I/O thread. What fails is an {@link IOException} in words for the user.
 */
final class StreamAliases {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int NOT_FOUND = 404;
    private static final int LOOKS = 5;

    private final RawHttp http;

    /** @param http of the target */
    StreamAliases(RawHttp http) {
        this.http = http;
    }

    /** Brings one there; nothing happens if there is none of this name. */
    CompletableFuture<Void> settle(String alias) {
        return settle(alias, LOOKS);
    }

    private CompletableFuture<Void> settle(String alias, int looks) {
        return call("GET", "/_alias" + TargetIndices.path(alias), null)
                .thenCompose(answer -> actions(alias, answer)
                        .map(body -> move(alias, body, looks))
                        .orElseGet(() -> completedFuture(null)));
    }

    private CompletableFuture<Void> move(String alias, ObjectNode body, int looks) {
        return call("POST", "/_aliases", body).thenCompose(answer -> {
            if (answer.status() / 100 == 2) {
                return completedFuture(null);
            }
            return looks > 1 ? settle(alias, looks - 1) : failedFuture(trouble(alias, answer));
        });
    }

    private static Optional<ObjectNode> actions(String alias, RawResponse answer) {
        try {
            if (answer.status() / 100 != 2 && answer.status() != NOT_FOUND) {
                throw trouble(alias, answer);
            }
            JsonNode there = answer.status() == NOT_FOUND ? JSON.createObjectNode() : JSON.readTree(answer.body());
            return StreamAlias.actions(alias, there, List.of());
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static IOException trouble(String alias, RawResponse answer) {
        return new IOException("the target does not let alias %s write to the newest index of its data stream: %d %s"
                .formatted(alias, answer.status(), BulkAnswer.reasonOf(answer)));
    }

    private CompletableFuture<RawResponse> call(String method, String path, @Nullable ObjectNode body) {
        List<ByteBuffer> bytes = body == null
                ? List.of()
                : List.of(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
        return http.send(new RawRequest(method, path, body == null ? "" : "application/json", bytes, TIMEOUT));
    }
}
