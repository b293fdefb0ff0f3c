package io.sluice.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What server to start, and how. A value: each {@code with} method returns a changed copy.
 *
 * @param clusterName the cluster's name
 * @param heapMegabytes the size of the Java heap; 256 is enough for a small test
 * @param repositories the folders that may be registered as file-system repositories; a relative one lies in
 *     the server's own folder and shares its fate
 * @param settings further settings of the node, by their full names
 * @param folder where data, logs and configuration are kept; without it a temporary folder is used, which
 *     goes with {@link ServerProcess#close}, and with this JVM at the latest
 * @param startTimeout how long a start may take
 */
public record ServerSetup(
        Distribution distribution,
        String clusterName,
        int heapMegabytes,
        List<Path> repositories,
        Map<String, String> settings,
        Optional<Path> folder,
        Duration startTimeout) {

    /** Copies the collections. */
    public ServerSetup {
        repositories = List.copyOf(repositories);
        settings = Map.copyOf(settings);
        if (heapMegabytes < 128) {
            throw new IllegalArgumentException(
                    "heapMegabytes must be at least 128, or no server starts; it is " + heapMegabytes);
        }
    }

    /** A node of 512 MB of heap in a temporary folder. */
    public static ServerSetup of(Distribution distribution) {
        return new ServerSetup(
                distribution,
                "sluice-" + distribution.key(),
                512,
                List.of(),
                Map.of(),
                Optional.empty(),
                Duration.ofMinutes(4));
    }

    /** Names the cluster. */
    public ServerSetup withClusterName(String name) {
        return new ServerSetup(distribution, name, heapMegabytes, repositories, settings, folder, startTimeout);
    }

    /** Sets the size of the Java heap. */
    public ServerSetup withHeapMegabytes(int megabytes) {
        return new ServerSetup(distribution, clusterName, megabytes, repositories, settings, folder, startTimeout);
    }

    /** Allows repositories in these folders, which need not exist. */
    public ServerSetup withRepositories(Path... folders) {
        return new ServerSetup(
                distribution, clusterName, heapMegabytes, List.of(folders), settings, folder, startTimeout);
    }

    /** Adds a setting of the node. */
    public ServerSetup withSetting(String name, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(name, value);
        return new ServerSetup(distribution, clusterName, heapMegabytes, repositories, more, folder, startTimeout);
    }

    /** Keeps data, logs and configuration in a folder; data that is there already is opened. */
    public ServerSetup withFolder(Path workFolder) {
        return new ServerSetup(
                distribution,
                clusterName,
                heapMegabytes,
                repositories,
                settings,
                Optional.of(workFolder),
                startTimeout);
    }

    /** Limits how long a start may take. */
    public ServerSetup withStartTimeout(Duration timeout) {
        return new ServerSetup(distribution, clusterName, heapMegabytes, repositories, settings, folder, timeout);
    }
}
