package io.sluice.control;

import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.backfill.BackfillPlan.Preparation;
import io.sluice.backfill.BackfillPlan.PreparedIndex;
import io.sluice.backfill.BaseIndex;
import io.sluice.backfill.DeltaBase;
import io.sluice.backfill.IndexPlan;
import io.sluice.cluster.Cluster;
import io.sluice.control.state.StateDirectory;
import io.sluice.snapshot.Snapshot;
import io.sluice.transform.DocumentRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How each index is carried: as a whole, as what changed since the older snapshot, or not at all. Notes down in the state what is
 * going to be in its target index.
 *
 * <p>With an older snapshot an index is carried as a whole only into a target index into which nothing else ever was: elsewhere
 * documents that are deleted by now would stay.
 */
final class Carriage {

    private final TargetContents contents;
    private final BackfillPlan plan;
    private final Snapshot snapshot;
    private final @Nullable DeltaBase base;
    private final DocumentRules rules;
    private final Map<String, IndexPlan> chosen = new HashMap<>();
    private final List<IndexPlan> carried = new ArrayList<>();
    private final List<PreparedIndex> refused = new ArrayList<>();
    private boolean isMadeAnew;
    private boolean isAllMadeAnew = true;

    Carriage(StateDirectory state, BackfillPlan plan, @Nullable DeltaBase base, DocumentRules rules) {
        this.contents = new TargetContents(state);
        this.plan = plan;
        this.snapshot = plan.snapshot();
        this.base = base;
        this.rules = rules;
    }

    /** Makes the target indices that are not there, and decides on each index. */
    void choose(Cluster target, String migration, BackfillOptions options) throws IOException {
        for (String uuid : plan.replaced(target, migration, options)) {
            contents.forgetCompletion(uuid); // before: after a crash in between it is carried once more
        }
        List<PreparedIndex> prepared = plan.prepare(target, migration, options);
        for (PlannedIndex index : plan.indices()) {
            List<PreparedIndex> of = prepared.stream()
                    .filter(one -> one.source().equals(index.plan().name()))
                    .toList();
            isMadeAnew |= of.stream().anyMatch(one -> one.preparation() != Preparation.FOUND);
            isAllMadeAnew &= of.stream().noneMatch(one -> one.preparation() == Preparation.FOUND);
            choose(index, of, target, migration, options);
        }
    }

    private void choose(
            PlannedIndex index, List<PreparedIndex> prepared, Cluster target, String migration, BackfillOptions options)
            throws IOException {
        IndexPlan whole = index.plan();
        List<PreparedIndex> against = prepared.stream()
                .filter(one -> one.preparation() == Preparation.REFUSED)
                .toList();
        boolean isFound = prepared.stream().anyMatch(one -> one.preparation() == Preparation.FOUND);
        if (prepared.stream().anyMatch(one -> one.preparation() != Preparation.FOUND)) {
            contents.forget(whole.uuid(), isFound);
        }
        refused.addAll(against);
        if (!against.isEmpty()) {
            return;
        }
        if (base == null || !isFound || contents.isOnly(whole.uuid(), snapshot)) {
            carry(whole, "");
            return;
        }
        chooseChanges(index, base, target, migration, options);
    }

    private void chooseChanges(
            PlannedIndex index, DeltaBase older, Cluster target, String migration, BackfillOptions options)
            throws IOException {
        IndexPlan whole = index.plan();
        Optional<BaseIndex> before = older.index(index);
        String against = before.isEmpty()
                ? "snapshot " + older.snapshot().name() + " does not have it"
                : contents.reasonAgainst(whole.uuid(), older.snapshot(), snapshot, whole.manner(rules));
        if (against.isEmpty()) {
            against = older.updateMappings(target, migration, index, options);
        }
        if (before.isPresent() && against.isEmpty()) {
            carry(whole.since(before.get()), TargetContents.idOf(older.snapshot()));
            return;
        }
        refused.add(new PreparedIndex(
                whole.name(),
                whole.target(),
                Preparation.REFUSED,
                "what changed of %s since %s cannot be carried into %s: %s. Delete that index: it is then made anew and carried as a whole"
                        .formatted(whole.name(), older.snapshot().name(), whole.target(), against)));
    }

    private void carry(IndexPlan how, String since) throws IOException {
        contents.begin(how.uuid(), snapshot, since, how.manner(rules));
        chosen.put(how.name(), how);
        carried.add(how);
    }

    /** Whether a target index was made just now. */
    boolean isMadeAnew() {
        return isMadeAnew;
    }

    /** Whether all were. */
    boolean isAllMadeAnew() {
        return isAllMadeAnew;
    }

    /** As it is carried, or was to be. */
    IndexPlan planOf(PlannedIndex index) {
        return chosen.getOrDefault(index.plan().name(), index.plan());
    }

    List<IndexPlan> carried() {
        return List.copyOf(carried);
    }

    /** Target indices that are not written to, with reasons. */
    List<PreparedIndex> refused() {
        return List.copyOf(refused);
    }
}
