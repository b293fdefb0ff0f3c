package io.sluice.replay.wire;

import java.io.IOException;

/** The form of what a replay keeps in its state. Whoever changes what is written there, and how, gives it another number. */
public final class StateForm {

    /** Above what is before it in any state that was written without one. */
    public static final int NUMBER = 1_000_005;

    private StateForm() {}

    /** Looks at the form of a state. Throws if it is another one than is written here. */
    public static void expect(int number) throws IOException {
        if (number != NUMBER) {
            throw new IOException(
                    "the state of the replay was written by another version of this program: expected form %d but found %d. Begin anew with sluice replay start --fresh"
                            .formatted(NUMBER, number));
        }
    }
}
