package io.sluice.backfill;

import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Snapshot;
import io.sluice.transform.DataStreams;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data streams of a snapshot. What it says of an index does not name a stream, so one that became a part of its stream under a name of
 * its own is not known for such.
 */
public final class SnapshotStreams {

    private SnapshotStreams() {}

    /** Those of a snapshot. The definitions of indices that are called as those of streams are read for it. */
    public static DataStreams of(Repository repository, Snapshot snapshot) throws IOException {
        Map<String, String> streams = new HashMap<>();
        for (Snapshot.Index index : snapshot.indices()) {
            String stream =
                    DataStreams.isNamedSo(index.name()) ? streamOf(repository.indexMetadata(snapshot, index)) : null;
            if (stream != null) {
                streams.put(index.name(), stream);
            }
        }
        return new DataStreams(streams, false);
    }

    /** The stream whose index this is; null for none. */
    public static @Nullable String streamOf(IndexMetadata index) {
        int created = index.settings().path("index.version.created").asInt();
        boolean isOrdered =
                index.mappings().path("_data_stream_timestamp").path("enabled").asBoolean(false);
        return isOrdered ? DataStreams.named(index.name(), DataStreams.isDated(created)) : null;
    }
}
