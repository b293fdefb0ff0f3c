package io.sluice.verify;

import io.sluice.source.FoundDocument;
import org.jspecify.annotations.Nullable;

/**
 * A document in an answer of a cluster, and the hash of its source.
 *
 * @param high of the {@link CanonicalHash}; 0 without a source
 * @param low of the same
 * @param place its {@link SnapshotPlace}, where it was read from a snapshot, which has no hash yet; else empty
 * @param isUnchanged whether it was not written since the point up to which it was verified, and so read without its source
 */
record Hit(FoundDocument document, long high, long low, String place, boolean isUnchanged) {

    Hit unchanged() {
        return new Hit(document, high, low, place, true);
    }

    String index() {
        return document.index();
    }

    @Nullable
    String type() {
        return document.type();
    }

    String id() {
        return document.id();
    }

    @Nullable
    String routing() {
        return document.routing();
    }

    boolean hasSource() {
        return document.source() != null;
    }

    /** A copy of its source; empty when it has none. */
    byte[] source() {
        return document.source() == null ? new byte[0] : document.source().toByteArray();
    }
}
