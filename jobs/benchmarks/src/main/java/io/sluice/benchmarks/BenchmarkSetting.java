package io.sluice.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * How a benchmark is run.
 *
 * @param data what is read
 * @param slots the job's parallelism
 * @param heapMegabytes of the process under test
 * @param maxBulkBytes how large a bulk may grow, in bytes
 * @param bulksInFlight unanswered bulks of one slot, at most
 * @param runs how often it is repeated
 * @param passes how often the process under test reads the data in one run
 * @param scratch a folder for what is written while it runs; deleted afterwards
 * @param javaOptions more options for the JVM of the process under test
 */
record BenchmarkSetting(
        DataSetStore.Kept data,
        int slots,
        int heapMegabytes,
        int maxBulkBytes,
        int bulksInFlight,
        int runs,
        int passes,
        Path scratch,
        List<String> javaOptions) {

    BenchmarkSetting {
        javaOptions = List.copyOf(javaOptions);
        if (slots < 1 || heapMegabytes < 64 || maxBulkBytes < 1024 || bulksInFlight < 1 || runs < 1 || passes < 1) {
            throw new IllegalArgumentException(
                    "%d slots, %d MB of heap, bulks of %d bytes, %d in flight, %d runs, %d passes"
                            .formatted(slots, heapMegabytes, maxBulkBytes, bulksInFlight, runs, passes));
        }
    }

    /** How many documents the process under test meets in one run. */
    long documents() {
        return data.data().allDocuments() * passes;
    }

    /** How many bytes of source it meets. */
    long sourceBytes() {
        return data.sourceBytes() * passes;
    }
}
