package io.sluice.config;

import org.jspecify.annotations.Nullable;

/** What no section can see alone: sections that need each other, or exclude each other. */
final class Contradictions {

    private Contradictions() {}

    static void find(MigrationConfig config, Fields in) {
        if (in.has("backfill") && config.snapshot() == null) {
            in.problem("backfill", "is set, but snapshot is not: there is nothing to read. Add snapshot.");
        }
        if (in.has("backfill") && config.target() == null) {
            in.problem("backfill", "is set, but target is not: there is nothing to write to. Add target.");
        }
        if (config.backfill().query() != null && config.capture() != null) {
            in.problem(
                    "backfill",
                    "has a query, and capture is set: a captured update would bring documents in or out that the query"
                            + " chose without it. Take one away, or choose with indices.include and indices.exclude.");
        }
        if (in.has("replay") && config.capture() == null) {
            in.problem("replay", "is set, but capture is not: there is nothing to read. Add capture.");
        }
        if (in.has("replay") && config.target() == null) {
            in.problem("replay", "is set, but target is not: there is nothing to write to. Add target.");
        }
        if (in.has("proxy") && config.source() == null) {
            in.problem("proxy", "is set, but source is not: there is nothing behind it. Add source.");
        }
        if (in.has("replay")
                && config.replay().mode() == ReplayConfig.Mode.MIRROR
                && config.replay().copies() > 1) {
            in.problem("replay.copies", "is above 1, but a mirror wants one of everything. Use mode: load.");
        }
        if (in.has("replay")
                && config.replay().mode() == ReplayConfig.Mode.MIRROR
                && config.fence().isAbsentSomewhere()) {
            in.problem("fence", "none cannot converge with replay.mode: mirror. Use a fence, or mode: load.");
        }
        if (sameCluster(config.source(), config.target())) {
            in.problem("target", "has the endpoint of source. They must be two clusters.");
        }
    }

    private static boolean sameCluster(@Nullable ClusterConfig a, @Nullable ClusterConfig b) {
        if (a == null || b == null || a.endpoint().equals(Addresses.HTTP.placeholder())) {
            return false;
        }
        return a.endpoint().equals(b.endpoint());
    }
}
