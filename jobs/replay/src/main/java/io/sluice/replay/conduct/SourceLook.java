package io.sluice.replay.conduct;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.bypass.BypassCheck;
import io.sluice.source.IndexNumbers;
import io.sluice.source.IndicesThere;
import io.sluice.source.NumbersReading;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at the source without keeping the coordinator's thread waiting: what comes of it is fetched. Belongs to that thread. */
final class SourceLook implements AutoCloseable {

    private static final int CONNECTIONS = 2;

    /** Of tens of thousands of shards. */
    private static final int LONGEST_ANSWER = 256 << 20;

    private final RawHttp http;
    private final RawHttp targetHttp;
    private final NumbersReading reading;
    private final IndicesThere target;
    private final ReplaySpec spec;
    private final AtomicReference<@Nullable Seen> seen = new AtomicReference<>();

    private record Seen(
            long millis,
            Map<String, IndexNumbers> indices,
            Set<String> lacking,
            @Nullable String trouble) {}

    /** Fails when the address of one of the two is none. */
    SourceLook(ReplaySpec spec) throws IOException {
        Predicate<String> isChosen = index -> spec.rewriting().targetName(index) != null;
        this.http = RawHttps.open(
                spec.source(),
                RawHttpOptions.DEFAULT.withMaxConnections(CONNECTIONS).withMaxAnswerBytes(LONGEST_ANSWER));
        this.targetHttp = RawHttps.open(
                spec.target(), RawHttpOptions.DEFAULT.withMaxConnections(1).withMaxAnswerBytes(LONGEST_ANSWER));
        this.target = new IndicesThere(targetHttp, "the target");
        this.spec = spec;
        this.reading = new NumbersReading(http, isChosen);
    }

    /**
     * Begins to.
     *
     * @param gone indices of the source that it does not have any more: the target is asked whether it has them
     */
    @SuppressWarnings("FutureReturnValueIgnored") // whatever comes is fetched
    void look(Set<String> gone) {
        CompletableFuture<Set<String>> lacking = gone.isEmpty() ? completedFuture(Set.of()) : lacking(gone);
        reading.look().thenCombine(lacking, Both::new).whenComplete((both, failure) -> {
            long now = System.currentTimeMillis();
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            seen.set(
                    cause == null
                            ? new Seen(now, both.indices(), both.lacking(), null)
                            : new Seen(now, Map.of(), Set.of(), String.valueOf(cause.getMessage())));
        });
    }

    private record Both(Map<String, IndexNumbers> indices, Set<String> lacking) {}

    /** Of a target that does not answer nobody knows, and the next look asks it again. */
    private CompletableFuture<Set<String>> lacking(Set<String> gone) {
        return target.names()
                .thenApply(there -> gone.stream()
                        .filter(index -> Collections.disjoint(targetsOf(index), there))
                        .collect(Collectors.toSet()))
                .exceptionally(failure -> Set.of());
    }

    private Collection<String> targetsOf(String index) {
        TypeRoutes routes = spec.rewriting().rules().routesOf(index);
        return routes.isSplit()
                ? routes.targets().values()
                : Set.of(spec.rewriting().rules().names().targetName(index));
    }

    /** Hands on what has come, once. */
    void fetch(BypassCheck check) {
        Seen now = seen.getAndSet(null);
        if (now != null && now.trouble() == null) {
            check.looked(now.millis(), now.indices(), now.lacking());
        } else if (now != null) {
            check.cannotLook(String.valueOf(now.trouble()));
        }
    }

    @Override
    public void close() {
        http.close();
        targetHttp.close();
    }
}
