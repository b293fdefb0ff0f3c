package io.sluice.benchmarks.jmh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the micro benchmarks of this package. */
public final class MicroBenchmarks {

    private static final int WARM_UPS = 3;
    private static final int ITERATIONS = 5;

    /** What a figure in bytes is taken by: of ids none, as they are few bytes. */
    private static final int NO_BYTES = 0;

    private MicroBenchmarks() {}

    /**
     * One figure.
     *
     * @param name of class and method, and the parameter if there is one
     * @param nanos of one operation, on average
     * @param error half of the 99.9 % confidence interval, in nanoseconds
     * @param bytes of source in one operation; 0 where that says nothing
     */
    public record Figure(String name, double nanos, double error, int bytes) {

        /** MB (10⁶ bytes) of source each second; 0 where that says nothing. */
        public double megabytesPerSecond() {
            return bytes * 1e3 / nanos;
        }
    }

    /**
     * Runs those whose name has {@code part} in it, each in a process of its own.
     *
     * @param seconds how long each of its {@value #WARM_UPS} + {@value #ITERATIONS} iterations takes
     */
    public static List<Figure> run(String part, int seconds) throws RunnerException {
        Options options = new OptionsBuilder()
                .include("io\\.sluice\\.benchmarks\\.jmh\\..*" + part)
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .warmupIterations(WARM_UPS)
                .warmupTime(TimeValue.seconds(seconds))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.seconds(seconds))
                .forks(1)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        List<Figure> figures = new ArrayList<>();
        for (RunResult result : results) {
            figures.add(figure(result));
        }
        return figures;
    }

    private static Figure figure(RunResult result) {
        String name = result.getParams().getBenchmark().replaceFirst(".*\\.([^.]+\\.[^.]+)$", "$1");
        String parameter = result.getParams().getParam("mode");
        return new Figure(
                parameter == null ? name : name + " " + parameter,
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError(),
                bytes(name));
    }

    private static int bytes(String name) {
        if (name.startsWith(NewlineCleaning.class.getSimpleName())) {
            return NewlineCleaning.SOURCE_BYTES;
        }
        if (name.startsWith(Rewriting.class.getSimpleName())) {
            return Rewriting.SOURCE_BYTES;
        }
        return name.startsWith(ChunkReading.class.getSimpleName()) ? ChunkReading.MEAN_SOURCE_BYTES : NO_BYTES;
    }
}
