package io.sluice.replay;

import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.rewrite.Rewritten;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Specs of jobs that read nothing: for one part of a job alone. */
public final class ReplaySpecs {

    private static final Rewriting.Maker NOTHING = () -> exchange -> new Rewritten("none", List.of(), List.of());

    private ReplaySpecs() {}

    /** One with a single partition, and a source that is the target. */
    public static ReplaySpec of(URI target, URI state) {
        return of(target, target, state);
    }

    /** One with a single partition. */
    public static ReplaySpec of(URI source, URI target, URI state) {
        return of(source, target, state, ReplayBounds.DEFAULT);
    }

    /** The same within other bounds. */
    public static ReplaySpec of(URI source, URI target, URI state, ReplayBounds bounds) {
        return of(source, target, state, NOTHING, bounds);
    }

    /** One with another rewriting. */
    public static ReplaySpec of(URI source, URI target, URI state, Rewriting.Maker rewriting) {
        return of(source, target, state, rewriting, ReplayBounds.DEFAULT);
    }

    /** One with more partitions, of clusters that nobody asks. */
    public static ReplaySpec ofPartitions(int partitions) {
        URI nowhere = URI.create("file:///nowhere");
        return of(nowhere, nowhere, nowhere, partitions, NOTHING, ReplayBounds.DEFAULT);
    }

    private static ReplaySpec of(URI source, URI target, URI state, Rewriting.Maker rewriting, ReplayBounds bounds) {
        return of(source, target, state, 1, rewriting, bounds);
    }

    private static ReplaySpec of(
            URI source, URI target, URI state, int partitions, Rewriting.Maker rewriting, ReplayBounds bounds) {
        return new ReplaySpec(
                "test",
                UUID.randomUUID().toString(),
                state.toString(),
                Map.of(),
                "capture",
                partitions,
                Map.of(),
                rewriting,
                address(source),
                address(target),
                Duration.ZERO,
                1,
                1,
                bounds);
    }

    private static ClusterAddress address(URI endpoint) {
        return new ClusterAddress(endpoint, new Credentials.None(), TlsSettings.DEFAULT);
    }
}
