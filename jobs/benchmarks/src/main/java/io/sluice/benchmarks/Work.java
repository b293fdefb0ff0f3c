package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * What a worker did, and when: the figures that every benchmark has.
 *
 * @param documents that were read, or confirmed
 * @param sourceBytes their sources
 * @param startedNanos when its process was started
 * @param beganNanos when its first document was about to be read
 * @param doneNanos when its last document was done
 * @param cpuNanosAtBegin of its process by then
 * @param cpuNanosWhenDone of its process by then
 * @param cpuNanos of its process, to its end
 * @param otherCores how many cores others used meanwhile
 */
record Work(
        long documents,
        long sourceBytes,
        long startedNanos,
        long beganNanos,
        long doneNanos,
        long cpuNanosAtBegin,
        long cpuNanosWhenDone,
        long cpuNanos,
        long peakRssBytes,
        double otherCores,
        int heapMegabytes) {

    private static final double NANOS = 1e9;
    private static final double MEGABYTE = 1e6;

    /**
     * The start of a worker, seen from outside.
     *
     * @param nanos when it was
     * @param others watched since then
     */
    record Started(long nanos, OtherWork others) {

        /** @param parts processes that have a part in it, besides the worker and this one */
        static Started now(long... parts) throws IOException {
            return new Started(System.nanoTime(), OtherWork.since(parts));
        }
    }

    /** @throws IOException when the worker did not do all of the data set */
    static Work of(BenchmarkSetting setting, JsonNode result, Started started, long doneNanos, long cpuNanosWhenDone)
            throws IOException {
        long documents = setting.documents();
        long sourceBytes = setting.sourceBytes();
        long done = result.path("documents").asLong(documents);
        long doneBytes = result.path("source_bytes").asLong(sourceBytes);
        if (done != documents || doneBytes != sourceBytes) {
            throw new IOException("%,d documents of %,d bytes were to be done, but %,d of %,d bytes were: %s"
                    .formatted(documents, sourceBytes, done, doneBytes, result));
        }
        return new Work(
                documents,
                sourceBytes,
                started.nanos(),
                result.path("began_nanos").asLong(),
                doneNanos,
                result.path("cpu_nanos_before").asLong(),
                cpuNanosWhenDone,
                result.path("cpu_nanos").asLong(),
                result.path("peak_rss_bytes").asLong(),
                started.others().cores(result.path("cpu_nanos").asLong()),
                setting.heapMegabytes());
    }

    Figures figures() {
        double seconds = (doneNanos - beganNanos) / NANOS;
        double steadyCpu = (double) (cpuNanosWhenDone - cpuNanosAtBegin);
        return Figures.none()
                .with("items", documents)
                .with("seconds", seconds)
                .with("items_per_second", documents / seconds)
                .with("mb_per_second", sourceBytes / MEGABYTE / seconds)
                .with("cpu_us_per_item", cpuNanos / 1e3 / documents)
                .with("cores", steadyCpu / (doneNanos - beganNanos))
                .with("cpu_us_per_item_steady", steadyCpu / 1e3 / documents)
                .with("mb_per_cpu_second_steady", sourceBytes / MEGABYTE / (steadyCpu / NANOS))
                .with("cpu_seconds_start", cpuNanosAtBegin / NANOS)
                .with("cpu_seconds_end", (cpuNanos - cpuNanosWhenDone) / NANOS)
                .with("seconds_with_start", (doneNanos - startedNanos) / NANOS)
                .with("peak_rss_mb", peakRssBytes / MEGABYTE)
                .with("heap_mb", heapMegabytes)
                .with("other_cores", otherCores);
    }
}
