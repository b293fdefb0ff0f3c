package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path cache;

    @Test
    void listNamesEveryBenchmark() {
        int code = run(Bench.commandLine(), "list");

        assertThat(code).isZero();
        assertThat(out.toString().lines())
                .extracting(line -> line.split(" ", 2)[0])
                .containsExactly(
                        "reader",
                        "first-document",
                        "backfill-sink",
                        "backfill-opensearch",
                        "verify",
                        "reader-lines",
                        "jmh",
                        "proxy");
    }

    @Test
    void anUnknownBenchmarkIsWrongUsageInOneLine() {
        int code = run(Bench.commandLine(), "redear");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("redear");
    }

    @Test
    void jsonIsOneLineWithTheMediansAndEachRun() throws IOException {
        keepEmptyDataSet(new DataSet(DataSource.DEFAULT, 1_000_000, 1, 0));

        int code = run(new CommandLine(new BenchmarkCommand(new ThreeRuns())), "--json", "--cache", cache.toString());

        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(code).isZero();
        assertThat(out.toString().lines()).hasSize(1);
        assertThat(line.get("name").asText()).isEqualTo("three-runs");
        assertThat(line.get("items").isIntegralNumber()).isTrue();
        assertThat(line.get("seconds").asDouble()).isEqualTo(2.5);
        assertThat(line.get("runs")).hasSize(3);
    }

    @Test
    void aTableHasAColumnForEachRun() throws IOException {
        keepEmptyDataSet(new DataSet(DataSource.DEFAULT, 1_000_000, 1, 0));

        run(new CommandLine(new BenchmarkCommand(new ThreeRuns())), "--cache", cache.toString());

        assertThat(out.toString().lines())
                .anySatisfy(line -> assertThat(line).matches("seconds +9\\.123 +1 +2\\.5 +2\\.5"))
                .anySatisfy(line -> assertThat(line).matches("items +1,000,000 +1,000,000 +1,000,000 +1,000,000"));
    }

    @Test
    void anUnknownSourceIsWrongUsageInOneLine() {
        int code = run(Bench.commandLine(), "reader", "--source", "es-0.90", "--cache", cache.toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("es-0.90");
    }

    @Test
    void onlyWhatReadsAloneReadsSeveralTimes() {
        int code = run(Bench.commandLine(), "backfill-sink", "--passes", "2", "--cache", cache.toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("--passes");
    }

    @Test
    void linesAreHeldAgainstLucene9OfTheirKind() throws IOException {
        for (SegmentLine line : SegmentLine.ALL) {
            keepEmptyDataSet(new DataSet(line.source(), 10, 1, 0));
        }

        int code = run(
                new CommandLine(new ReaderLinesCommand(new SlowDeflate())),
                "--json",
                "--documents",
                "10",
                "--cache",
                cache.toString());

        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(code).isZero();
        assertThat(line.get("items").asLong()).isEqualTo(10L * SegmentLine.ALL.size());
        assertThat(line.get("lines"))
                .hasSize(SegmentLine.ALL.size())
                .allSatisfy(each -> assertThat(each.get("ratio_to_lucene9").asDouble())
                        .as("%s", each)
                        .isEqualTo(each.get("compression").asText().equals("ZSTD") ? 3 : 1));
    }

    private int run(CommandLine command, String... arguments) {
        return command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    /** As if it had been made: no server is started for it. */
    private void keepEmptyDataSet(DataSet dataSet) throws IOException {
        Path folder = Files.createDirectory(cache.resolve(dataSet.folderName()));
        Files.writeString(folder.resolve("data-set.json"), "{\"source_bytes\":1}");
    }

    private static final class ThreeRuns implements Benchmark {

        @Override
        public String name() {
            return "three-runs";
        }

        @Override
        public String description() {
            return "runs nothing";
        }

        @Override
        public List<Figures> run(BenchmarkSetting setting) {
            Figures items = Figures.none().with("items", 1_000_000).with("other_cores", 0.0);
            return List.of(items.with("seconds", 9.1234), items.with("seconds", 1), items.with("seconds", 2.5));
        }
    }

    /** Takes 3 µs for a document of the slower codec, and 1 µs for others. */
    private static final class SlowDeflate implements Benchmark {

        @Override
        public String name() {
            return "slow-deflate";
        }

        @Override
        public String description() {
            return "reads nothing";
        }

        @Override
        public List<Figures> run(BenchmarkSetting setting) {
            boolean isSlow = setting.data().data().source().codec().equals(DataSource.BEST_COMPRESSION);
            return List.of(Figures.none()
                    .with("items", 10)
                    .with("seconds", 1)
                    .with("mb_per_second", 1)
                    .with("cpu_us_per_item", 4)
                    .with("cpu_us_per_item_steady", isSlow ? 3 : 1)
                    .with("peak_rss_mb", 1)
                    .with("store_bytes_read", 1)
                    .with("read_per_needed", 1)
                    .with("other_cores", 0));
        }
    }
}
