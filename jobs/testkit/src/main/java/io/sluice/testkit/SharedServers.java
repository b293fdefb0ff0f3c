package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server of each kind for all tests of a JVM: started when first asked for, closed at the JVM's end.
 * A test that uses one begins with {@link Servers#wipe}; a test that kills or reconfigures its server starts
 * its own.
 */
public final class SharedServers {

    private static final Logger LOG = LoggerFactory.getLogger(SharedServers.class);
    private static final int HEAP_MEGABYTES = 512;

    private static final Map<Distribution, ServerProcess> RUNNING = new HashMap<>();

    private SharedServers() {}

    /** Elasticsearch 7.10.2. */
    public static ServerProcess es7() {
        return of(Distributions.ES_7_10_2);
    }

    /** OpenSearch 2.19.6. */
    public static ServerProcess openSearch2() {
        return of(Distributions.OS_2_19_6);
    }

    /** OpenSearch 3.8.0; only where {@link Jdks#java21OrLater} finds one. */
    public static ServerProcess openSearch3() {
        return of(Distributions.OS_3_8_0);
    }

    /**
     * The shared server of a distribution. Started anew if somebody killed it.
     *
     * @throws UncheckedIOException when it does not start, so that it can be used in field initializers
     */
    public static synchronized ServerProcess of(Distribution distribution) {
        try {
            ServerProcess running = RUNNING.get(distribution);
            if (running == null) {
                running = start(distribution);
                RUNNING.put(distribution, running);
            } else if (!running.isAlive()) {
                running.restart();
            }
            return running;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A folder in which the shared server of a distribution may keep repositories, in sub-folders too. */
    public static Path repositoriesOf(Distribution distribution) {
        return of(distribution).repositoryFolder();
    }

    private static ServerProcess start(Distribution distribution) throws IOException {
        if (RUNNING.isEmpty()) {
            Runtime.getRuntime().addShutdownHook(new Thread(SharedServers::closeAll, "sluice-shared-servers"));
        }
        ServerSetup setup = ServerSetup.of(distribution)
                .withHeapMegabytes(HEAP_MEGABYTES)
                .withRepositories(Path.of("repositories"));
        return ServerProcess.start(setup);
    }

    private static synchronized void closeAll() {
        RUNNING.values().forEach(server -> {
            try {
                server.close();
            } catch (IOException failed) {
                LOG.warn("Cannot clean up after {}.", server.distribution(), failed);
            }
        });
    }
}
