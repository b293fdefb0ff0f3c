package io.sluice.replay.clock;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.replay.account.Breakdown;
import io.sluice.replay.account.Latencies;
import io.sluice.replay.account.Result;
import io.sluice.replay.account.Tallies;
import io.sluice.replay.account.Tally;

/** What exchanges ended with, by route and by index, and how long both clusters took to answer reads. */
final class ReadsReport {

    private static final double MEDIAN = 0.5;
    private static final double MOST = 0.99;

    private ReadsReport() {}

    static void put(Breakdown breakdown, ObjectNode status) {
        ObjectNode latency = status.putObject("latency_ms");
        put(breakdown.all(), latency);
        put(breakdown.routes(), status.putObject("routes"));
        put(breakdown.indices(), status.putObject("indices"));
    }

    private static void put(Tallies tallies, ObjectNode into) {
        tallies.byName().forEach((name, tally) -> {
            ObjectNode json = into.putObject(name);
            for (Result result : Result.values()) {
                if (tally.of(result) > 0) {
                    json.put(result.word(), tally.of(result));
                }
            }
            if (tally.target().total() > 0) {
                put(tally, json.putObject("latency_ms"));
            }
        });
    }

    private static void put(Tally tally, ObjectNode latency) {
        put("source", tally.source(), latency);
        put("target", tally.target(), latency);
    }

    private static void put(String cluster, Latencies latencies, ObjectNode into) {
        ObjectNode json = into.putObject(cluster);
        json.put("p50", rounded(latencies.millis(MEDIAN)));
        json.put("p99", rounded(latencies.millis(MOST)));
    }

    /** To what a histogram can tell. */
    private static double rounded(double millis) {
        return Math.round(millis * 100) / 100.0;
    }
}
