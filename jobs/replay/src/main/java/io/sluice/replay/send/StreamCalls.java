package io.sluice.replay.send;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Step;
import io.sluice.transform.IndexDefinition;
import io.sluice.transform.IndexDefinition.Origin;
import io.sluice.transform.IndexNames;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Does calls for data streams at the target, where plain indices and an alias stand for each. All of them may be done twice.
 *
 * <p>May be called from any thread; answers come on an I/O thread. What fails is an {@link IOException} in words for the user, and is to
 * be done again.
 */
final class StreamCalls {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final RawHttp http;
    private final IndexMaking making;

    /** @param http of the target */
    StreamCalls(RawHttp http, IndexMaking making) {
        this.http = http;
        this.making = making;
    }

    /** Does one. */
    CompletableFuture<Ruled> done(Step.Call call) {
        if (call.method().equals("DELETE")) {
            return delete(call);
        }
        String index = call.indexOfStream();
        return making.make(Set.of(index == null ? call.streams().get(0) : index))
                .thenApply(StreamCalls::made);
    }

    private static Ruled made(boolean isThere) {
        return isThere ? new Ruled(Verdict.APPLIED, "") : new Ruled(Verdict.SKIPPED, "index_gone_at_source");
    }

    private CompletableFuture<Ruled> delete(Step.Call call) {
        return send("GET", Origin.OF_EACH).thenCompose(answer -> {
            CompletableFuture<Ruled> last = completedFuture(new Ruled(Verdict.APPLIED, ""));
            for (String index : indicesOf(call.streams(), answer)) {
                last = last.thenCompose(
                        ruled -> ruled.verdict() == Verdict.FAILED ? completedFuture(ruled) : delete(call, index));
            }
            return last;
        });
    }

    private CompletableFuture<Ruled> delete(Step.Call call, String index) {
        return send("DELETE", TargetIndices.path(index)).thenApply(answer -> {
            Ruled ruled = CallRules.judge(call, answer, true);
            if (ruled == null) {
                throw failure("the target does not delete index %s: %d %s"
                        .formatted(index, answer.status(), BulkAnswer.reasonOf(answer)));
            }
            return ruled;
        });
    }

    private static List<String> indicesOf(List<String> streams, RawResponse answer) {
        if (answer.status() / 100 != 2) {
            throw failure("the target does not tell of its indices: %d %s"
                    .formatted(answer.status(), BulkAnswer.reasonOf(answer)));
        }
        try {
            List<String> indices = new ArrayList<>();
            for (Map.Entry<String, JsonNode> index :
                    JSON.readTree(answer.body()).properties()) {
                String stream = IndexDefinition.streamOf(index.getValue().path("mappings"));
                if (streams.stream().anyMatch(pattern -> isMeant(pattern, stream))) {
                    indices.add(index.getKey());
                }
            }
            return indices;
        } catch (IOException e) {
            throw new CompletionException(new IOException("the target answered with something that is not JSON", e));
        }
    }

    /** Streams with a dot in front are hidden from patterns without one. */
    private static boolean isMeant(String pattern, String stream) {
        boolean isHidden = stream.startsWith(".") && pattern.contains("*") && !pattern.startsWith(".");
        return !stream.isEmpty() && !isHidden && IndexNames.matches(pattern, stream);
    }

    private static CompletionException failure(String why) {
        return new CompletionException(new IOException(why));
    }

    private CompletableFuture<RawResponse> send(String method, String path) {
        return http.send(new RawRequest(method, path, "", List.of(), TIMEOUT));
    }
}
