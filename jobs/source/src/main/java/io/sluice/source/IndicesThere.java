package io.sluice.source;

import io.sluice.cluster.RawHttp;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Reads which indices a cluster has now, hidden and closed ones too. What fails is an {@link java.io.IOException} in words for the user. */
public final class IndicesThere {

    private final SourceCalls calls;

    /** @param who is asked, in words for the user */
    public IndicesThere(RawHttp http, String who) {
        this.calls = new SourceCalls(http, who);
    }

    /** Their names. The answer comes on an I/O thread. */
    public CompletableFuture<Set<String>> names() {
        return calls.allIndices().thenApply(SourceIndices::names);
    }
}
