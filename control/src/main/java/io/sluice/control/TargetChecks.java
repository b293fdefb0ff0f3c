package io.sluice.control;

import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.FenceProbe;
import io.sluice.control.console.Output;
import java.util.List;

/** What must be so at the target before a migration writes to it, whichever of its jobs does: it keeps the fence, and its indices are ours. */
final class TargetChecks {

    private static final String SCRATCH = "sluice-fence-probe";

    private TargetChecks() {}

    /** Tries whether the target keeps ids and external versions, on an index that is made and deleted for it. */
    static FenceProbe probeFence(Cluster target) throws ClusterException {
        return target.probeFence(SCRATCH);
    }

    /**
     * Ends the command unless indices that are not ours may be replaced; tells of them then.
     *
     * @param strangers each in words
     */
    static void refuseStrangers(List<String> strangers, boolean replace, Output output) throws CommandException {
        if (replace) {
            strangers.forEach(stranger -> output.warning("replacing: " + stranger));
        } else if (!strangers.isEmpty()) {
            throw CommandException.failed(
                    String.join("\n", strangers)
                            + ". Remove them, exclude them, or have them deleted and made anew with --replace.",
                    null);
        }
    }
}
