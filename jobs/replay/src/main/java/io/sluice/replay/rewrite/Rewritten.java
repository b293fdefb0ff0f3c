package io.sluice.replay.rewrite;

import java.util.List;

/**
 * What becomes of an exchange. Every item is in one of the two lists once.
 *
 * @param route the route's name, such as <code>POST /{index}/_doc</code>
 * @param index as the request's path names it; empty when it names none
 * @param status the source's, of HTTP; 0 when there is none
 */
public record Rewritten(String route, String index, int status, List<Step> steps, List<Settled> settled) {

    /** One of which no more is known. */
    public Rewritten(String route, List<Step> steps, List<Settled> settled) {
        this(route, "", 0, steps, settled);
    }

    public Rewritten {
        steps = List.copyOf(steps);
        settled = List.copyOf(settled);
    }
}
