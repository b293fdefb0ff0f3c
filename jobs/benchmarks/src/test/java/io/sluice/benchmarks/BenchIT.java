package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine bench = Bench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

        int code = bench.execute(name, "--json", "--documents", "3000", "--cache", cache.toString());

        assertThat(code).as("%s", err).isZero();
        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(line.get("name").asText()).isEqualTo(name);
        assertThat(line.get("items").asLong()).isEqualTo(3000);
        assertThat(line.get("heap_mb").asLong()).isEqualTo(512);
        for (String figure : new String[] {
            "seconds", "items_per_second", "mb_per_second", "cpu_us_per_item", "peak_rss_mb", "store_bytes_read"
        }) {
            assertThat(line.get(figure).asDouble()).as(figure).isPositive();
        }
    }
}
