package io.sluice.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes of a question. */
public sealed interface Reply {

    /**
     * This is to be written.
     *
     * @param writes at least one
     * @param besides what cannot be written; null when that is all
     */
    record Documents(List<FencedWrite> writes, @Nullable Unwritten besides) implements Reply {
        public Documents {
            writes = List.copyOf(writes);
        }
    }

    /** Nothing can or need be written, by rule. */
    record Settled(Unwritten why) implements Reply {}

    /** Not now: to be asked again. */
    record Again(String why) implements Reply {}
}
