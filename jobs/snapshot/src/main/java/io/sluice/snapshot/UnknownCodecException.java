package io.sluice.snapshot;

import java.io.IOException;

/** A segment written by a codec, or a Lucene, that no reader of this build knows. */
public final class UnknownCodecException extends IOException {

    /** @param what the segment and shard, as a message calls them */
    public UnknownCodecException(String what, String codec, String known) {
        super("%s was written with %s, which this build cannot read: it reads %s. Exclude its index."
                .formatted(what, codec, known));
    }
}
