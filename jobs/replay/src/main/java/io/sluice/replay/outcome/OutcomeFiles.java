package io.sluice.replay.outcome;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.ZoneOffset;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.DateTimeBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.DefaultRollingPolicy;

/** Where outcomes are written down. */
public final class OutcomeFiles {

    /**
     * Below the migration's state folder, in a folder for each day (UTC) on which they were begun. Finished files end in {@code
     * .ndjson.gz}; what begins with a dot is not finished.
     */
    public static final String FOLDER = "outcomes/replay";

    private static final long MOST_MEGABYTES = 128;

    private OutcomeFiles() {}

    /**
     * Takes blocks as {@link GzipBlock} makes them. What is in finished files agrees with checkpoints: after a crash nothing stands
     * there twice, and nothing is missing.
     *
     * @param fileAge how old a file may grow before another is begun
     */
    public static FileSink<byte[]> sink(String state, Duration fileAge) {
        return FileSink.forRowFormat(new Path(state, FOLDER), new AsTheyAre())
                .withBucketAssigner(new DateTimeBucketAssigner<>("yyyy-MM-dd", ZoneOffset.UTC))
                .withBucketCheckInterval(fileAge.toMillis())
                .withRollingPolicy(DefaultRollingPolicy.builder()
                        .withMaxPartSize(MemorySize.ofMebiBytes(MOST_MEGABYTES))
                        .withRolloverInterval(fileAge)
                        .withInactivityInterval(fileAge)
                        .build())
                .withOutputFileConfig(OutputFileConfig.builder()
                        .withPartPrefix("outcomes")
                        .withPartSuffix(".ndjson.gz")
                        .build())
                .build();
    }

    private static final class AsTheyAre implements Encoder<byte[]> {
        private static final long serialVersionUID = 1L;

        @Override
        public void encode(byte[] block, OutputStream out) throws IOException {
            out.write(block);
        }
    }
}
