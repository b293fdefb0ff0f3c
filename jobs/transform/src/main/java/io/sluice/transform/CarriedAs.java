package io.sluice.transform;

import java.util.List;
import java.util.Map;

/** {@link CarryRules} and nothing else. */
public record CarriedAs(
        IndexNames names,
        List<FenceRule> fences,
        FenceKind fence,
        Map<String, TypeRoutes> routes,
        List<String> drop,
        boolean strict)
        implements CarryRules {

    private static final long serialVersionUID = 1L;

    /** Every index under its own name, fenced by sequence numbers. */
    public static final CarriedAs DEFAULT =
            new CarriedAs(IndexNames.ALL, List.of(), FenceKind.SEQ_NO, Map.of(), List.of(), false);

    public CarriedAs {
        fences = List.copyOf(fences);
        routes = Map.copyOf(routes);
        drop = List.copyOf(drop);
    }
}
