package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Each benchmark runs, and does all that it says. Never how fast. */
class BenchIT {

    @TempDir
    private static Path cache;

    /** As the script does it. */
    @BeforeAll
    static void startTheJvmAsTheCommandDoes() {
        System.setProperty(
                "sluice.bench.jvm",
                Path.of("../../config/jvm/options").toAbsolutePath().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reader", "backfill-sink"})
    void carriesTheWholeDataSet(String name) throws IOException {
        JsonNode line = run(name, "--json", "--documents", "3000");

        assertThat(line.get("name").asText()).isEqualTo(name);
        assertThat(line.get("items").asLong()).isEqualTo(3000);
        assertThat(line.get("heap_mb").asLong()).isEqualTo(512);
        for (String figure : new String[] {
            "seconds", "items_per_second", "mb_per_second", "cpu_us_per_item", "peak_rss_mb", "store_bytes_read"
        }) {
            assertThat(line.get(figure).asDouble()).as(figure).isPositive();
        }
    }

    /** A batch and a part of one, in which some are written twice: each is met once in each of three passes, by four threads. */
    @ParameterizedTest
    @CsvSource({"lucene-4.10.4,default", "lucene-6.6.6,best_compression", "lucene-9.12.3,default"})
    void readsWhatALuceneWrote(String source, String codec) throws IOException {
        JsonNode line = run(
                "reader",
                "--json",
                "--source",
                source,
                "--codec",
                codec,
                "--documents",
                "2200",
                "--passes",
                "3",
                "--slots",
                "4");

        assertThat(line.get("items").asLong()).isEqualTo(6600);
        assertThat(line.get("read_per_needed").asDouble()).isBetween(0.9, 1.2);
    }

    @Test
    void findsTheFirstDocumentOfAShard() throws IOException {
        JsonNode line = run("first-document", "--json", "--documents", "2200");

        assertThat(line.get("items").asLong()).isEqualTo(1);
        assertThat(line.get("first_document_ms").asDouble()).isPositive();
        assertThat(line.get("store_bytes_read").asDouble())
                .isLessThan(line.get("shard_bytes").asDouble());
    }

    @Test
    void decodesIdsAsAMicroBenchmark() throws IOException {
        JsonNode line = run("jmh", "--json", "--only", "numericId", "--seconds", "1");

        assertThat(line.get("benchmarks"))
                .singleElement()
                .satisfies(figure ->
                        assertThat(figure.get("ns_per_operation").asDouble()).isPositive());
    }

    /** Writes of one document each, or bulks. */
    @ParameterizedTest
    @CsvSource({"replay-sink,3000", "replay-bulk,20000"})
    void replaysTheWholeCapture(String name, long documents) throws IOException {
        JsonNode line = run(name, "--json", "--documents", String.valueOf(documents));

        assertThat(line.get("items").asLong()).isEqualTo(documents);
        assertThat(line.get("cpu_us_per_item").asDouble()).isPositive();
        assertThat(line.get("mb_per_second").asDouble()).isPositive();
    }

    private static JsonNode run(String... arguments) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine bench = Bench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!List.of("jmh", "replay-sink", "replay-bulk").contains(arguments[0])) {
            all.addAll(List.of("--cache", cache.toString()));
        }

        int code = bench.execute(all.toArray(String[]::new));

        assertThat(code).as("%s", err).isZero();
        return new ObjectMapper().readTree(out.toString());
    }
}
