package io.sluice.replay.send;

import io.sluice.cluster.RawResponse;
import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Cursor.Kind;
import io.sluice.replay.rewrite.Cursor.Role;
import io.sluice.replay.rewrite.Step;
import org.jspecify.annotations.Nullable;

/** An answer of the target that is held for those who ask for it later, and how long it took. */
record HeldAnswer(RawResponse answer, long micros) {

    /** No longer ones are held: of the source's no longer ones are compared. */
    private static final int LONGEST = 1 << 20;

    /** What is to be held of the answer to a read; null if nothing is. May be called by any thread. */
    static @Nullable HeldAnswer of(Step.Read step, RawResponse answer, long micros) {
        Cursor cursor = step.cursor();
        boolean isHeld = cursor != null
                && cursor.kind() == Kind.ASYNC_SEARCH
                && cursor.role() == Role.OPENS
                && answer.status() / 100 == 2
                && answer.body().length <= LONGEST;
        return isHeld ? new HeldAnswer(answer, micros) : null;
    }

    /** How much room it takes. */
    int bytes() {
        return answer.body().length;
    }
}
