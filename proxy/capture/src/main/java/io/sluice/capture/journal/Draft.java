package io.sluice.capture.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What is to be appended, written straight into the journal. All methods are called with the journal's lock held, {@link
 * #keyLength} and {@link #size} first: they must be quick, and must not call the journal.
 */
public interface Draft {

    /** How many bytes {@link #writeKey} writes: 0 to 255. */
    int keyLength();

    /** How many bytes {@link #write} writes. */
    int size();

    /** Writes Kafka's key. */
    void writeKey(ByteBuffer out);

    /**
     * Writes the record.
     *
     * @param stamp the time that it got: the same in every record of that time, greater than all before
     */
    void write(ByteBuffer out, long stamp) throws IOException;
}
