package io.sluice.verify;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Says again what the target ought to have of documents. Blocks. Used by one thread. */
interface AskedSource extends AutoCloseable {

    /** Asks for all of these. */
    Map<Suspect, SourceAnswer> ask(List<Suspect> suspects) throws IOException, InterruptedException;

    /**
     * Whether there is an index of exactly this name, and it is the one that was compared.
     *
     * @throws IOException when that cannot be told now
     */
    boolean isSame(String index) throws IOException, InterruptedException;

    @Override
    void close();
}
