package io.sluice.verify;

import org.apache.flink.api.connector.source.SourceEvent;

/** How many documents of a part were read so far. */
record PartProgress(int part, long source, long target) implements SourceEvent {

    private static final long serialVersionUID = 1L;

    static final PartProgress NONE = new PartProgress(-1, 0, 0);
}
