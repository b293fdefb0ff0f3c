package io.sluice.verify;

import io.sluice.cluster.ClusterAddress;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.CarryRules;
import io.sluice.transform.DocumentRules;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.verify.VerifyPlan.Pair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Specs of a verification of one index, books, that has one shard on either side. */
final class VerifySpecs {

    private VerifySpecs() {}

    static VerifySpec of(
            ClusterAddress source, ClusterAddress target, Path state, boolean repair, DocumentRules wanted) {
        List<Part.Shard> shards = List.of(new Part.Shard("books", 0, 2));
        VerifyPlan plan = new VerifyPlan(
                List.of(new Part(0, shards, shards, 3, 3)),
                List.of(new Pair("books", "books")),
                List.of(),
                List.of(),
                List.of(),
                Paging.SCROLL,
                Paging.SCROLL,
                true);
        return new VerifySpec(
                "books",
                "run",
                state.toString(),
                plan,
                new CarriedAs(IndexNames.ALL, List.of(), FenceKind.SEQ_NO, Map.of(), wanted.drop(), false),
                wanted,
                source,
                target,
                1,
                repair,
                0,
                Duration.ofSeconds(1));
    }

    /** The same, of documents that are written without a fence. */
    static VerifySpec unfenced(VerifySpec of) {
        CarryRules rules = new CarriedAs(IndexNames.ALL, List.of(), FenceKind.NONE, Map.of(), List.of(), false);
        return copy(of, of.plan(), rules, 0);
    }

    /** The same, with so many documents of the source in a second. */
    static VerifySpec paced(VerifySpec of, double documentsPerSecond) {
        return copy(of, of.plan(), of.rules(), documentsPerSecond);
    }

    /** The same, by another plan. */
    static VerifySpec planned(VerifySpec of, VerifyPlan plan) {
        return copy(of, plan, of.rules(), 0);
    }

    /** The same, of these incarnations of its indices. */
    static VerifySpec of(VerifySpec of, Incarnations atSource, Incarnations atTarget) {
        VerifyPlan plan = of.plan();
        return planned(
                of,
                new VerifyPlan(
                        plan.parts(),
                        plan.pairs(),
                        plan.missing(),
                        plan.extra(),
                        plan.notCompared(),
                        plan.sourcePaging(),
                        plan.targetPaging(),
                        plan.sourceTellsNumbers(),
                        plan.only(),
                        atSource,
                        atTarget,
                        plan.noted(),
                        plan.readWhole()));
    }

    /** Where the source is. */
    static ClusterAddress living(VerifySpec of) {
        return ((VerifySource.Living) of.source()).address();
    }

    private static VerifySpec copy(VerifySpec of, VerifyPlan plan, CarryRules rules, double documentsPerSecond) {
        return new VerifySpec(
                of.migration(),
                of.run(),
                of.state(),
                plan,
                rules,
                of.wanted(),
                of.source(),
                of.target(),
                of.sample(),
                of.repair(),
                documentsPerSecond,
                of.settling());
    }
}
