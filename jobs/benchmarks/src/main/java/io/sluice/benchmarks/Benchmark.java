package io.sluice.benchmarks;

import java.io.IOException;
import java.util.List;

/** One benchmark: what it runs, and what it measures of it. */
interface Benchmark {

    long DEFAULT_DOCUMENTS = 1_000_000;

    /** As the user types it. */
    String name();

    /** One line. */
    String description();

    /** Whether it can read its data {@linkplain BenchmarkSetting#passes several times} in one run. */
    default boolean canRepeat() {
        return false;
    }

    /** What it reads unless the user says otherwise. */
    default DataSet defaultData() {
        return new DataSet(DataSource.DEFAULT, DEFAULT_DOCUMENTS, 1, 0);
    }

    /**
     * Runs it.
     *
     * @return the figures of each of {@link BenchmarkSetting#runs} runs, in their order; all have the same names
     * @throws IOException when a process does not start, fails, or ends before everything was done; the message
     *     says which and why
     */
    List<Figures> run(BenchmarkSetting setting) throws IOException;
}
