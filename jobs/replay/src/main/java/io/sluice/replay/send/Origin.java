package io.sluice.replay.send;

import io.sluice.replay.account.AccountRecord.Ruled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a write came from that is no step itself. Belongs to the task's thread. */
interface Origin {

    /** It is done with. */
    void settled(Ruled ruled);

    /** It waits for an index that the target does not get, or does not wait for it any more. */
    default void stuck(boolean isSo) {}

    /**
     * Gives up what came of the source's answer, when all of it is stuck: the source can be asked again, and the steps wait in its
     * place, without a document.
     *
     * @return null while it is to be kept; nothing when it was given up with another write already
     */
    default @Nullable List<Pending> instead() {
        return null;
    }
}
