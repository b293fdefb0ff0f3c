package io.sluice.backfill;

import java.io.Serializable;
import java.util.List;

/**
 * The older snapshot, of which the target has everything.
 *
 * @param snapshot its name
 * @param gone indices of it that the newer snapshot does not have and the target has, or had until just now
 */
public record Since(String snapshot, List<GoneIndex> gone) implements Serializable {

    public Since {
        gone = List.copyOf(gone);
    }

    /**
     * An index that the newer snapshot does not have.
     *
     * @param name in the older snapshot
     * @param uuid of the source index
     * @param type the mapping type that went to this target index; empty where all did
     * @param target what it is called there
     * @param deleted whether it was deleted there
     */
    public record GoneIndex(String name, String uuid, String type, String target, boolean deleted)
            implements Serializable {

        /** The same once it is deleted on the target. */
        public GoneIndex asDeleted() {
            return new GoneIndex(name, uuid, type, target, true);
        }
    }
}
