package io.sluice.verify;

import io.sluice.backfill.SnapshotReading;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.RepositoryException;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.function.LongSupplier;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/** The source's side, read from a snapshot. */
final class SnapshotSide implements SourceSide {

    private final VerifySource.InSnapshot snapshot;
    private @Nullable SnapshotReading reading;

    SnapshotSide(VerifySource.InSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** The repository, opened by the first who asks. */
    SnapshotReading reading() throws IOException {
        if (reading == null) {
            reading = SnapshotReading.open(snapshot.repository(), snapshot.name(), snapshot.indices());
        }
        return reading;
    }

    @Override
    public PartCursor cursor(Part part, int longestPage, LongSupplier nanoTime) {
        return new SnapshotCursor(this, part);
    }

    /** What is damaged or not there stays so. */
    static void refuseForGood(IOException failure) {
        boolean isForGood = failure instanceof CorruptBlobException
                || failure instanceof UnknownCodecException
                || failure instanceof RepositoryException
                || failure instanceof NoSuchFileException;
        if (isForGood) {
            throw new SuppressRestartsException(
                    new IOException("the snapshot cannot be read: " + failure.getMessage(), failure));
        }
    }

    @Override
    public void close() {
        if (reading != null) {
            reading.close();
        }
    }
}
