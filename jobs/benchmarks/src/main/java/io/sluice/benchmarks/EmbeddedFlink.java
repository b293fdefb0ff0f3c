package io.sluice.benchmarks;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.JobManagerOptions.SchedulerType;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;

/** A Flink in this process, as the command embeds it. */
final class EmbeddedFlink {

    private EmbeddedFlink() {}

    static Configuration configuration(int networkMegabytes) {
        Configuration flink = new Configuration();
        flink.set(JobManagerOptions.SCHEDULER, SchedulerType.Adaptive);
        flink.set(JobManagerOptions.SCHEDULER_EXECUTING_RESOURCE_STABILIZATION_TIMEOUT, Duration.ZERO);
        flink.set(JobManagerOptions.SCHEDULER_SUBMISSION_RESOURCE_STABILIZATION_TIMEOUT, Duration.ZERO);
        MemorySize network = MemorySize.ofMebiBytes(networkMegabytes);
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
        flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
        return flink;
    }
}
