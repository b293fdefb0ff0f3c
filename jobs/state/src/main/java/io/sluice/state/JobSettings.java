package io.sluice.state;

import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;

/** What every job of ours wants of Flink, wherever it runs. */
public final class JobSettings {

    /** How much work a crash repeats, and how soon a rescale happens. */
    public static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(2);

    /**
     * Ours take less than a second, for what waits is in their state. Flink 2.3's default scheduler loses an event that
     * it holds back for an open checkpoint when tasks restart: the checkpoint after that waits for it, no event reaches
     * a task meanwhile, and only this limit ends that.
     */
    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(1);

    /** In a row; more means that the state folder cannot be written to, which somebody has to be told. */
    private static final int TOLERABLE_FAILED_CHECKPOINTS = 3;

    /** Without a limit a defect would be tried for ever, and nobody would be told. */
    private static final int MOST_RESTARTS = 20;

    private JobSettings() {}

    /**
     * Says how a job runs, keeps its state and restarts. It restarts after half a second at first, after 10 seconds at
     * last, and as often as 20 times without a good minute between.
     *
     * @param state the migration's state folder
     * @param job {@code backfill}, {@code replay}, {@code verify}: where in that folder
     * @param maxParallelism how far it can be scaled, for as long as its state is kept
     * @param checkpointEvery how much work a crash repeats, and how soon a rescale happens
     */
    public static Configuration of(String state, String job, int maxParallelism, Duration checkpointEvery) {
        Configuration configuration = new Configuration();
        configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointEvery);
        configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, TOLERABLE_FAILED_CHECKPOINTS);
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, state + "/checkpoints/" + job);
        configuration.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, state + "/savepoints/" + job);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true); // nothing that travels is ever changed
        configuration.set(PipelineOptions.MAX_PARALLELISM, maxParallelism);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofMillis(500));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(10));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofMinutes(1));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, MOST_RESTARTS);
        return configuration;
    }

    /**
     * Keeps the state of a job on disk, by RocksDB, which the job has to bring.
     *
     * @return the same configuration
     */
    public static Configuration onDisk(Configuration configuration) {
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        // Flink's build of RocksDB has a Snappy, its default, that was compiled without optimizing.
        configuration.setString("state.backend.rocksdb.compression.per.level", "LZ4_COMPRESSION");
        return configuration;
    }
}
