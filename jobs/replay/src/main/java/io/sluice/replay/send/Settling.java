package io.sluice.replay.send;

import io.sluice.replay.account.AccountRecord.Ruled;
import java.util.List;

/** Is told what became of steps, on the task's thread. */
interface Settling {

    /** It is done with, one way or the other. */
    void settled(Pending step, Ruled ruled);

    /** The index is there for which steps waited in the place of what {@linkplain Origin#instead came of them}: asks for that again. */
    void askAgain(List<Pending> steps);

    /** Its bytes are needed: takes them from the state if they are not there. */
    void load(Pending step);

    /** Its bytes are not needed for long: leaves them to the state if it can. */
    void unload(Pending step);
}
