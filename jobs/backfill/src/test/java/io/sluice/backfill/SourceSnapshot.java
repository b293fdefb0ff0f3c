package io.sluice.backfill;

import io.sluice.snapshot.RepositoryLocation;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;

/** A real Elasticsearch 7.10.2 full of sample documents, and a snapshot of it. Made once per JVM. */
final class SourceSnapshot {

    static final String NAME = "snap-1";
    static final int DOCUMENTS = 20_000;

    private static SourceSnapshot shared;

    private final URI source;
    private final Path folder;

    private SourceSnapshot() throws IOException {
        ServerProcess server = SharedServers.es7();
        source = server.endpoint();
        folder = SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("sample");
        Servers.wipe(source);
        SampleData.load(source, DOCUMENTS, 42);
        Servers.succeed(
                source, "PUT", "/_snapshot/r1", "{\"type\":\"fs\",\"settings\":{\"location\":\"" + folder + "\"}}");
        Servers.succeed(source, "PUT", "/_snapshot/r1/" + NAME + "?wait_for_completion=true", "{}");
    }

    static synchronized SourceSnapshot shared() {
        try {
            if (shared == null) {
                shared = new SourceSnapshot();
            }
            return shared;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI source() {
        return source;
    }

    Path folder() {
        return folder;
    }

    RepositoryLocation location() {
        return new RepositoryLocation.FileSystem(folder.toString());
    }
}
