package io.sluice.control;

import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.DeltaBase;
import io.sluice.backfill.Since;
import io.sluice.backfill.Since.GoneIndex;
import io.sluice.cluster.Cluster;
import io.sluice.config.MigrationConfig;
import io.sluice.control.console.Output;
import io.sluice.snapshot.RepositoryLocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code --since} asks for, beside the documents. */
final class ChangesOnly {

    private ChangesOnly() {}

    /**
     * The older snapshot.
     *
     * @param since its name, or null
     * @return null when there is none
     * @throws CommandException when it cannot be compared with what the configuration asks for
     */
    static @Nullable DeltaBase base(
            MigrationConfig config,
            @Nullable String since,
            RepositoryLocation location,
            BackfillPlan later,
            BackfillOptions options)
            throws IOException, CommandException {
        if (since == null) {
            return null;
        }
        if (since.equals(later.snapshot().name())) {
            throw CommandException.wrongUsage(
                    "--since names the older snapshot, and snapshot.name of the configuration the newer one: both are "
                            + since);
        }
        if (config.backfill().query() != null) {
            throw CommandException.wrongUsage(
                    "--since is not possible with backfill.query: a document that changed would enter or leave what the"
                            + " query chooses. Take the query away, or carry the whole snapshot");
        }
        return DeltaBase.of(location, since, later, options);
    }

    /** Names the indices that are gone, and deletes those of them that are ours if that is wished. */
    static Since settleGone(DeltaBase base, Cluster target, String migration, boolean delete, Output output)
            throws IOException {
        List<GoneIndex> settled = new ArrayList<>();
        for (GoneIndex index : base.stillThere(target, migration)) {
            if (delete) {
                target.deleteIndex(index.target());
                output.step("deleted the target index %s: the newer snapshot has no %s"
                        .formatted(index.target(), index.name()));
                settled.add(index.asDeleted());
            } else {
                output.warning(
                        "the newer snapshot has no %s: its target index %s stays. Have it deleted with --delete-gone-indices."
                                .formatted(index.name(), index.target()));
                settled.add(index);
            }
        }
        return new Since(base.snapshot().name(), settled);
    }
}
