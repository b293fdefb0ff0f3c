package io.sluice.benchmarks;

import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillPlan.Preparation;
import io.sluice.backfill.BackfillPlan.PreparedIndex;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import java.io.IOException;
import java.net.URI;

/** Makes the same fresh index whoever is going to fill it. */
final class Targets {

    static final String MIGRATION = "bench";

    private Targets() {}

    static ClusterAddress address(String endpoint) {
        return new ClusterAddress(URI.create(endpoint), new Credentials.None(), TlsSettings.DEFAULT);
    }

    /** Creates the index on a target that has none of its name. */
    static void prepare(BackfillPlan plan, String endpoint) throws IOException {
        try (Cluster cluster = Cluster.connect(address(endpoint))) {
            for (PreparedIndex index : plan.prepare(cluster, MIGRATION, BackfillOptions.DEFAULT)) {
                if (index.preparation() != Preparation.CREATED) {
                    throw new IOException("The target index %s was to be made anew, but: %s %s"
                            .formatted(index.name(), index.preparation(), index.reason()));
                }
            }
        }
    }
}
