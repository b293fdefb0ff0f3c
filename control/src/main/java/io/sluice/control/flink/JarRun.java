package io.sluice.control.flink;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to run a main class of a jar that was uploaded.
 *
 * @param entryClass its name
 * @param arguments of its main; Flink shows them to everybody, so no secrets
 * @param restoreFrom a savepoint or checkpoint, as Flink sees it, or null to start anew
 * @param configuration of the job, over the cluster's own
 */
public record JarRun(
        String entryClass,
        List<String> arguments,
        int parallelism,
        @Nullable String restoreFrom,
        Map<String, String> configuration) {

    public JarRun {
        arguments = List.copyOf(arguments);
        configuration = Map.copyOf(configuration);
    }
}
