package io.sluice.control;

import io.sluice.control.flink.CountingJob;
import io.sluice.control.flink.EmbeddedFlink;
import io.sluice.control.flink.FlinkException;
import io.sluice.control.state.StateDirectory;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;

/** A process with an embedded job that ends well when it is told to end, as a command does it. */
final class EmbeddedProcess {

    private EmbeddedProcess() {}

    public static void main(String[] arguments) throws Exception {
        StateDirectory state = StateDirectory.of(arguments[0], "books");
        try (EmbeddedFlink flink = EmbeddedFlink.start(state, "count", 1, MemorySize.ofMebiBytes(16))) {
            flink.submit(CountingJob.graph(state.checkpoints("count")), null);
            EndHook hook = new EndHook(() -> stop(flink));
            try (hook) {
                flink.result().get();
            }
        }
    }

    private static void stop(EmbeddedFlink flink) {
        try {
            flink.stopWithSavepoint(Duration.ofSeconds(60));
        } catch (FlinkException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
