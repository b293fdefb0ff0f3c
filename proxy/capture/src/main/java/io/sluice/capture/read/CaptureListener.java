package io.sluice.capture.read;

import io.sluice.capture.wire.Compromised;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Mark;

/** Is told what a partition says, in its order. Every method may be left out. */
public interface CaptureListener {

    /**
     * A fragment, for the first time.
     *
     * @param stamp its time, in nanoseconds since 1970
     */
    default void fragment(ExchangeId id, long stamp, Fragment fragment) {}

    /** Nothing more of an exchange comes. After its last fragment, if there is one. */
    default void ended(ExchangeId id, End end) {}

    /** Something is wrong with an exchange; told before the fragment that shows it. */
    default void trouble(ExchangeId id, Trouble trouble, String detail) {}

    /** Everything stamped below this time is in front, for every proxy on the roster. */
    default void time(long stamp) {}

    /** A proxy joins. */
    default void joined(Run run) {}

    /** A proxy does not write any more; its open exchanges were told as ended. */
    default void left(Run run, End end) {}

    /** A moment has a name. */
    default void marked(Run run, long stamp, Mark mark) {}

    /** For some time, the capture may lack something. */
    default void compromised(Run run, long stamp, Compromised compromised) {}
}
