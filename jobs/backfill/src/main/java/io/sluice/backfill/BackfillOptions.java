package io.sluice.backfill;

import io.sluice.transform.DataStreams;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypePolicy;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the user chose.
 *
 * @param names which indices of the snapshot are carried, and what they are called on the target
 * @param fence the kind of fence the user wants for an index; empty for what the index has
 * @param allowPartial go on without the shards that failed when the snapshot was taken
 * @param replace delete and make anew a target index of another origin
 * @param capture whether a capture is configured, so that replay will follow
 * @param rebuildSource whether sources that are not stored, or in part, are rebuilt from other fields
 * @param types what becomes of an index of the snapshot with several mapping types
 */
public record BackfillOptions(
        IndexNames names,
        Function<String, Optional<FenceKind>> fence,
        boolean allowPartial,
        boolean replace,
        boolean capture,
        boolean rebuildSource,
        Function<String, TypePolicy> types) {

    /** Every index under its own name, fenced by what each has. */
    public static final BackfillOptions DEFAULT = new BackfillOptions(
            IndexNames.ALL, index -> Optional.empty(), false, false, false, false, index -> TypePolicy.UNION);

    /** The same for a snapshot of these data streams. */
    BackfillOptions with(DataStreams streams) {
        return new BackfillOptions(names.with(streams), fence, allowPartial, replace, capture, rebuildSource, types);
    }

    /** The same, with sources rebuilt. */
    public BackfillOptions rebuildingSources() {
        return new BackfillOptions(names, fence, allowPartial, replace, capture, true, types);
    }

    /** The same, with target indices of another origin replaced. */
    public BackfillOptions replacing() {
        return new BackfillOptions(names, fence, allowPartial, true, capture, rebuildSource, types);
    }

    /** The same, with every index of several mapping types treated in one way. */
    public BackfillOptions withTypes(TypePolicy policy) {
        return new BackfillOptions(names, fence, allowPartial, replace, capture, rebuildSource, index -> policy);
    }
}
