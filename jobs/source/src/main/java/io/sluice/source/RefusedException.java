package io.sluice.source;

import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.ItemVerdict;
import io.sluice.cluster.RawResponse;
import java.io.IOException;

/** A cluster answered, and not with what it was asked for. */
public final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final ItemVerdict verdict;

    RefusedException(String message, RawResponse answer) {
        super(message);
        this.verdict = BulkAnswer.verdictOf(answer);
    }

    /** Whether it would answer so again. What is gone is not meant: whoever asks again is told that it is. */
    public boolean isForGood() {
        return verdict == ItemVerdict.REFUSED || verdict == ItemVerdict.INDEX_BLOCKED;
    }
}
