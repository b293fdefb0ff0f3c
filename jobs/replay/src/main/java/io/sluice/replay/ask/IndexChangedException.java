package io.sluice.replay.ask;

import java.io.IOException;

/** An index of the source was deleted, or made anew, while it was read. */
public final class IndexChangedException extends IOException {

    private static final long serialVersionUID = 1L;

    IndexChangedException(String index) {
        super("%s was made anew, or deleted, while it was read".formatted(index));
    }
}
