package io.sluice.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Flink session to start. A value: each {@code with} method returns a changed copy.
 *
 * @param taskManagers how many to begin with
 * @param slots of each TaskManager
 * @param heapMegabytes the Java heap of each TaskManager
 * @param offHeapMegabytes the direct memory that the tasks of each TaskManager may use
 * @param configuration entries of Flink's configuration, which win over those of the session
 * @param libraries jars beside Flink's own, seen by all jobs
 * @param folder where logs, checkpoints and the configuration are kept; without it a temporary folder is
 *     used, which goes with {@link FlinkSession#close}, and with this JVM at the latest
 */
public record FlinkSetup(
        int taskManagers,
        int slots,
        int heapMegabytes,
        int offHeapMegabytes,
        Map<String, String> configuration,
        List<Path> libraries,
        Optional<Path> folder) {

    /** Copies the collections. */
    public FlinkSetup {
        configuration = Map.copyOf(configuration);
        libraries = List.copyOf(libraries);
        if (taskManagers < 0 || slots < 1 || heapMegabytes < 96 || offHeapMegabytes < 0) {
            throw new IllegalArgumentException(
                    "Expected taskManagers >= 0, slots >= 1, heapMegabytes >= 96 and offHeapMegabytes >= 0, but found "
                            + taskManagers + ", " + slots + ", " + heapMegabytes + " and " + offHeapMegabytes);
        }
    }

    /** TaskManagers of two slots, 256 MB of heap and 128 MB of direct memory each. */
    public static FlinkSetup of(int taskManagers) {
        return new FlinkSetup(taskManagers, 2, 256, 128, Map.of(), List.of(), Optional.empty());
    }

    /** Sets the number of slots of each TaskManager. */
    public FlinkSetup withSlots(int each) {
        return new FlinkSetup(taskManagers, each, heapMegabytes, offHeapMegabytes, configuration, libraries, folder);
    }

    /** Sets the heap of each TaskManager. */
    public FlinkSetup withHeapMegabytes(int each) {
        return new FlinkSetup(taskManagers, slots, each, offHeapMegabytes, configuration, libraries, folder);
    }

    /** Sets the direct memory of each TaskManager's tasks. */
    public FlinkSetup withOffHeapMegabytes(int each) {
        return new FlinkSetup(taskManagers, slots, heapMegabytes, each, configuration, libraries, folder);
    }

    /** Adds entries to Flink's configuration. */
    public FlinkSetup withConfiguration(Map<String, String> entries) {
        Map<String, String> more = new HashMap<>(configuration);
        more.putAll(entries);
        return new FlinkSetup(taskManagers, slots, heapMegabytes, offHeapMegabytes, more, libraries, folder);
    }

    /** Adds a jar to the class path of all processes. */
    public FlinkSetup withLibrary(Path jar) {
        List<Path> more = new ArrayList<>(libraries);
        more.add(jar);
        return new FlinkSetup(taskManagers, slots, heapMegabytes, offHeapMegabytes, configuration, more, folder);
    }

    /** Keeps logs, checkpoints and configuration in a folder. */
    public FlinkSetup withFolder(Path workFolder) {
        return new FlinkSetup(
                taskManagers,
                slots,
                heapMegabytes,
                offHeapMegabytes,
                configuration,
                libraries,
                Optional.of(workFolder));
    }
}
