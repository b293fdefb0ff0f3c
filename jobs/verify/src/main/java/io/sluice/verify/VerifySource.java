package io.sluice.verify;

import io.sluice.backfill.IndexPlan;
import io.sluice.cluster.ClusterAddress;
import io.sluice.snapshot.RepositoryLocation;
import java.io.Serializable;
import java.util.List;

/** What the target is compared with. */
public sealed interface VerifySource extends Serializable {

    /** The cluster as it is now. */
    record Living(ClusterAddress address) implements VerifySource {
        private static final long serialVersionUID = 1L;
    }

    /**
     * A snapshot of it, which never changes.
     *
     * @param name of the snapshot
     * @param indices that are read, each with what is to be done about its sources
     */
    record InSnapshot(RepositoryLocation repository, String name, List<IndexPlan> indices) implements VerifySource {
        private static final long serialVersionUID = 1L;

        public InSnapshot {
            indices = List.copyOf(indices);
        }
    }
}
