package io.sluice.control;

import io.sluice.config.MigrationConfig;
import io.sluice.control.state.StateDirectory;
import io.sluice.state.StateFiles;
import io.sluice.verify.Points;
import io.sluice.verify.VerifyPlan;
import java.io.IOException;
import java.util.List;

/** Narrows a verification to what was written since the last one that found everything equal, or says why that cannot be told. */
final class VerifySince {

    private VerifySince() {}

    static VerifyPlan cut(MigrationConfig config, StateDirectory state, VerifyPlan plan)
            throws IOException, CommandException {
        if (config.backfill().query() != null) {
            throw CommandException.failed(
                    "--since does not read the sources of documents that did not change, and backfill.query chooses by"
                            + " these. Verify without --since",
                    null);
        }
        List<String> without = plan.withoutNumbers();
        if (!without.isEmpty()) {
            throw CommandException.failed(
                    ("--since needs sequence numbers, and the source tells none of %s: an index that Elasticsearch 5 or"
                                    + " older made has none, and a shard without a primary tells none now. Verify"
                                    + " without --since, or only other indices with --index")
                            .formatted(without),
                    null);
        }
        Points verified = new StateFiles(JobStart.folder(state))
                .read(Points.FILE)
                .map(Points::of)
                .orElse(Points.NONE);
        if (!verified.rules().equals(plan.noted().rules())) {
            throw CommandException.failed(
                    verified.rules().isEmpty()
                            ? "no verification of this migration has found source and target equal yet, so there is no"
                                    + " point to go on from. Verify without --since"
                            : "indices, documents, metadata or backfill.query of the configuration changed since the"
                                    + " last verification that found source and target equal. Verify without --since",
                    null);
        }
        return plan.since(verified);
    }
}
