package io.sluice.backfill;

import io.sluice.cluster.ClusterAddress;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.transform.DocumentRules;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the job must know. Made by whoever starts it; travels inside the job graph, credentials
 * included, and is never printed.
 *
 * @param migration names the job and its folder in the state
 * @param state the migration's state folder: a path, or a URI that Flink has a file system for
 * @param indices in the order in which they are carried
 * @param snapshotUuid of the snapshot, or empty where nobody asks later what was carried
 * @param since what is on the target already; null when everything is to be carried
 * @param rules which documents of them, and without which fields
 * @param maxBulkBytes how large a bulk may grow, in bytes; one document larger than that travels alone
 * @param bulksInFlight how many bulks one reader may have unanswered at most
 */
public record BackfillSpec(
        String migration,
        String state,
        RepositoryLocation repository,
        String snapshot,
        String snapshotUuid,
        @Nullable Since since,
        List<IndexPlan> indices,
        DocumentRules rules,
        ClusterAddress target,
        int maxBulkBytes,
        int bulksInFlight,
        RateLimit rate)
        implements Serializable {

    /** One that carries everything. */
    public BackfillSpec(
            String migration,
            String state,
            RepositoryLocation repository,
            String snapshot,
            List<IndexPlan> indices,
            DocumentRules rules,
            ClusterAddress target,
            int maxBulkBytes,
            int bulksInFlight,
            RateLimit rate) {
        this(
                migration,
                state,
                repository,
                snapshot,
                "",
                null,
                indices,
                rules,
                target,
                maxBulkBytes,
                bulksInFlight,
                rate);
    }

    public BackfillSpec {
        indices = List.copyOf(indices);
        if (maxBulkBytes < 1024 || bulksInFlight < 1) {
            throw new IllegalArgumentException(
                    "a bulk of %d bytes, %d in flight".formatted(maxBulkBytes, bulksInFlight));
        }
    }

    /** The name by which the running job is found. */
    public String jobName() {
        return "sluice/" + migration + "/backfill";
    }

    @Override
    public String toString() {
        return jobName();
    }
}
