package io.sluice.control.flink;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.JobManagerOptions.SchedulerType;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/**
 * How an embedded Flink is set up: what a job needs of it is the job's own business.
 *
 * <p>A rescale waits for the next checkpoint and for nothing else, status is fresh enough for a progress bar, and the REST
 * API takes no jars: it has no passwords, so who may connect on this host could otherwise run code as this user.
 */
final class EmbeddedConfiguration {

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration FRESH = Duration.ofMillis(100);
    private static final Duration AT_ONCE = Duration.ZERO;

    private EmbeddedConfiguration() {}

    /** @param network Flink fills it with buffers when it starts, 64 MB if nobody says less */
    static Configuration with(MemorySize network) {
        Configuration flink = new Configuration();
        flink.set(JobManagerOptions.SCHEDULER, SchedulerType.Adaptive);
        flink.set(JobManagerOptions.SCHEDULER_EXECUTING_COOLDOWN_AFTER_RESCALING, AT_ONCE);
        flink.set(JobManagerOptions.SCHEDULER_EXECUTING_RESOURCE_STABILIZATION_TIMEOUT, AT_ONCE);
        flink.set(JobManagerOptions.SCHEDULER_SUBMISSION_RESOURCE_STABILIZATION_TIMEOUT, AT_ONCE);
        flink.set(RestOptions.ADDRESS, LOOPBACK);
        flink.set(RestOptions.BIND_ADDRESS, LOOPBACK);
        flink.set(RestOptions.BIND_PORT, "0");
        flink.set(RestOptions.CACHE_CHECKPOINT_STATISTICS_TIMEOUT, FRESH);
        flink.set(WebOptions.REFRESH_INTERVAL, FRESH);
        flink.set(WebOptions.SUBMIT_ENABLE, false);
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
        return flink;
    }
}
