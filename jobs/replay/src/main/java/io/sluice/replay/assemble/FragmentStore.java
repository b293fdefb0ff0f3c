package io.sluice.replay.assemble;

import java.io.IOException;

/** Flink's state of one partition, in which fragments lie that the heap need not or must not hold. */
interface FragmentStore {

    void put(String name, byte[] fragment) throws IOException;

    /** Fails when there is none. */
    byte[] get(String name) throws IOException;

    void remove(String name) throws IOException;
}
