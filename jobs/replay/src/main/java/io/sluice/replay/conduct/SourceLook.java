package io.sluice.replay.conduct;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.bypass.BypassCheck;
import io.sluice.source.IndexNumbers;
import io.sluice.source.NumbersReading;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks at the source without keeping the coordinator's thread waiting: what comes of it is fetched. Belongs to that thread. */
final class SourceLook implements AutoCloseable {

    private static final int CONNECTIONS = 2;

    /** Of tens of thousands of shards. */
    private static final int LONGEST_ANSWER = 256 << 20;

    private final RawHttp http;
    private final NumbersReading reading;
    private final AtomicReference<@Nullable Seen> seen = new AtomicReference<>();

    private record Seen(
            long millis,
            Map<String, IndexNumbers> indices,
            @Nullable String trouble) {}

    /** Fails when the source's address is none. */
    SourceLook(ReplaySpec spec) throws IOException {
        Predicate<String> isChosen = index -> spec.rewriting().targetName(index) != null;
        this.http = RawHttps.open(
                spec.source(),
                RawHttpOptions.DEFAULT.withMaxConnections(CONNECTIONS).withMaxAnswerBytes(LONGEST_ANSWER));
        this.reading = new NumbersReading(http, isChosen);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // whatever comes is fetched
    void look() {
        reading.look().whenComplete((indices, failure) -> {
            long now = System.currentTimeMillis();
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            seen.set(
                    cause == null
                            ? new Seen(now, indices, null)
                            : new Seen(now, Map.of(), String.valueOf(cause.getMessage())));
        });
    }

    /** Hands on what has come, once. */
    void fetch(BypassCheck check) {
        Seen now = seen.getAndSet(null);
        if (now != null && now.trouble() == null) {
            check.looked(now.millis(), now.indices());
        } else if (now != null) {
            check.cannotLook(String.valueOf(now.trouble()));
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
