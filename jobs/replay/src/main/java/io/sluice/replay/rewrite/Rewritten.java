package io.sluice.replay.rewrite;

import java.util.List;

/**
 * What becomes of an exchange. Every item is in one of the two lists once.
 *
 * @param route the route's name, such as <code>POST /{index}/_doc</code>
 */
public record Rewritten(String route, List<Step> steps, List<Settled> settled) {

    public Rewritten {
        steps = List.copyOf(steps);
        settled = List.copyOf(settled);
    }
}
