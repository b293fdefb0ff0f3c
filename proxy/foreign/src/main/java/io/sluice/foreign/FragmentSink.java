package io.sluice.foreign;

import io.sluice.capture.wire.Fragment;
import java.io.IOException;

/** Takes fragments as they are made: those of one connection in their order, connections mixed. */
interface FragmentSink {

    /**
     * Takes one.
     *
     * @param proxy which of the foreign proxies saw it, from 0
     * @param time when, in nanoseconds since 1970; never less than that of the connection's fragment before
     */
    void fragment(int proxy, int partition, long time, Fragment fragment) throws IOException;
}
