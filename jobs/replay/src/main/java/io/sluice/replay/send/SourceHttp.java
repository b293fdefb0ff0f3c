package io.sluice.replay.send;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.replay.ReplaySpec;
import java.io.IOException;

/** How a sender reaches the source. */
final class SourceHttp {

    /** A document may have as many bytes as a request that carries it. */
    private static final int LONGEST_ANSWER = 256 << 20;

    private SourceHttp() {}

    static RawHttp open(ReplaySpec spec) throws IOException {
        return RawHttps.open(
                spec.source(),
                RawHttpOptions.DEFAULT
                        .withMaxConnections(spec.bounds().asksInFlight() + 2)
                        .withMaxAnswerBytes(LONGEST_ANSWER));
    }
}
