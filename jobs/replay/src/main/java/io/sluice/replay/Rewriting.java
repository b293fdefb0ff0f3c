package io.sluice.replay;

import io.sluice.capture.read.CapturedExchange;
import io.sluice.replay.rewrite.Rewritten;
import java.io.Serializable;

/** Says what is to be done at the target because of an exchange. A pure function; used by many threads at once. */
public interface Rewriting extends Serializable {

    /** Rewrites one exchange. */
    Rewritten rewrite(CapturedExchange exchange);
}
