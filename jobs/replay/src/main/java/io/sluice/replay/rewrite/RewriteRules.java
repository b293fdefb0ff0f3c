package io.sluice.replay.rewrite;

import io.sluice.capture.route.Types;
import io.sluice.replay.names.NameEffects;
import io.sluice.transform.CarryRules;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypeRoutes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rewriter has to know, fixed for a run. The same for backfill and replay where both have it.
 *
 * @param names which indices are carried, and what they are called on the target
 * @param fences the first whose pattern fits an index counts
 * @param fence the kind for all others
 * @param routes of the types of each index of the source that has several; see {@link TypeRoutes}
 * @param types what the source knows of types, for what its paths mean
 * @param drop fields of documents that are not carried, as {@link io.sluice.transform.FieldCut} knows them
 * @param unrouted names of aliases and data streams of which it is known that a write through them gets no routing
 * @param aliases names of the source that are not indices
 * @param effects what names are known to do, at the start, to what is written through them
 * @param mark of the snapshot; null to replay everything
 * @param liveSource whether the source can be asked
 * @param strict whether indices that are made have {@code dynamic: strict} where they had {@code true}, until the cutover; the
 *     sender then adds to the mapping what a document lacks
 * @param mostBodyBytes of a body when it is decompressed
 */
public record RewriteRules(
        IndexNames names,
        List<FenceRule> fences,
        FenceKind fence,
        Map<String, TypeRoutes> routes,
        Types types,
        List<String> drop,
        Set<String> unrouted,
        Set<String> aliases,
        NameEffects effects,
        @Nullable SnapshotMark mark,
        boolean liveSource,
        boolean strict,
        int mostBodyBytes)
        implements CarryRules {

    /** What a body may have at most when nobody says otherwise: more than servers take. */
    public static final int MOST_BODY_BYTES = 256 << 20;

    /** Every index under its own name, fenced by sequence numbers, from a source that can be asked. */
    public static final RewriteRules DEFAULT = new RewriteRules(
            IndexNames.ALL,
            List.of(),
            FenceKind.SEQ_NO,
            Map.of(),
            Types.NONE,
            List.of(),
            Set.of(),
            Set.of(),
            NameEffects.NONE,
            null,
            true,
            false,
            MOST_BODY_BYTES);

    public RewriteRules {
        fences = List.copyOf(fences);
        routes = Map.copyOf(routes);
        drop = List.copyOf(drop);
        unrouted = Set.copyOf(unrouted);
        aliases = Set.copyOf(aliases);
    }
}
