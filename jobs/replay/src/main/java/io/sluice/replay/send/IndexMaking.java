package io.sluice.replay.send;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.source.IndexCopy;
import io.sluice.transform.IndexDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Makes indices of the target for a call that wants them, as the source has them; and marks those that a call itself makes.
 *
 * <p>May be called from any thread; answers come on an I/O thread. What fails is an {@link IOException} in words for the user.
 */
final class IndexMaking {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final RawHttp http;
    private final IndexCopy definitions;
    private final StreamAliases aliases;

    IndexMaking(RawHttp http, IndexCopy definitions) {
        this.http = http;
        this.definitions = definitions;
        this.aliases = new StreamAliases(http);
    }

    /** Calls for data streams, between the same clusters. */
    StreamCalls streamCalls() {
        return new StreamCalls(http, this);
    }

    /** Makes those that are not there, and of data streams all that they have; false when the source does not have one of them either. */
    CompletableFuture<Boolean> make(Set<String> indices) {
        CompletableFuture<Boolean> all = completedFuture(true);
        for (String index : indices) {
            all = all.thenCompose(go -> go ? make(index) : completedFuture(false));
        }
        return all;
    }

    private CompletableFuture<Boolean> make(String index) {
        return definitions
                .sourceOf(index)
                .thenCompose(source -> source.isPresent() ? make(index, source.get()) : makeStream(index));
    }

    private CompletableFuture<Boolean> make(String index, String source) {
        return definitions
                .definition(source, null)
                .thenCompose(body -> body.isPresent() ? put(index, body.get()) : completedFuture(false));
    }

    private CompletableFuture<Boolean> makeStream(String stream) {
        return definitions
                .indicesOfStream(stream)
                .thenCompose(indices -> indices.isEmpty()
                        ? completedFuture(false)
                        : make(indices).thenApply(areThere -> allOf(stream, areThere)));
    }

    private static boolean allOf(String stream, boolean areThere) {
        if (!areThere) {
            throw new CompletionException(
                    new IOException("an index of data stream %s went away at the source just now".formatted(stream)));
        }
        return true;
    }

    private CompletableFuture<Boolean> put(String index, ObjectNode body) {
        List<ByteBuffer> bytes = List.of(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
        return http.send(new RawRequest("PUT", TargetIndices.path(index), "application/json", bytes, TIMEOUT))
                .thenApply(answer -> isThere(index, answer))
                .thenCompose(isThere -> aliased(body).thenApply(done -> isThere));
    }

    private CompletableFuture<Void> aliased(ObjectNode body) {
        String stream = IndexDefinition.streamOf(body.path("mappings"));
        return stream.isEmpty() ? completedFuture(null) : aliases.settle(stream);
    }

    /**
     * The body of a call that makes an index, with the mark that says whose that is.
     *
     * @param index its name at the target
     */
    CompletableFuture<ByteString> marked(String index, ByteString body) {
        return definitions.originOf(index).thenApply(origin -> {
            ObjectNode made = body.isEmpty() ? JsonNodeFactory.instance.objectNode() : tree(body);
            IndexDefinition.mark(made.withObject("/mappings"), origin);
            return ByteString.copyFromUtf8(made.toString());
        });
    }

    private static ObjectNode tree(ByteString body) {
        try (InputStream in = body.newInput()) {
            return (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the rewritten body of a call is no JSON", e);
        }
    }

    private static boolean isThere(String index, RawResponse answer) {
        if (answer.status() / 100 != 2 && !BulkAnswer.reasonOf(answer).contains("already_exists_exception")) {
            throw new CompletionException(
                    new IOException("the target does not take the source's definition of index %s: %d %s"
                            .formatted(index, answer.status(), BulkAnswer.reasonOf(answer))));
        }
        return true;
    }
}
