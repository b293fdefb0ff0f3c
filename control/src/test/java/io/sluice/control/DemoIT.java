package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.console.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing a user runs. */
class DemoIT {

    @TempDir
    private Path folder;

    @Test
    void carriesAWholeSourceAndProvesIt() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings surroundings = new Surroundings(
                new PrintWriter(out),
                new PrintWriter(err),
                Terminal.NONE,
                Map.of(),
                folder,
                InstantSource.system(),
                Path.of("sluice-bundle.jar"),
                log -> {});

        int code = Sluice.run(surroundings, List.of("demo", "--docs", "3000", "--json"));

        assertThat(code).as("%s", err).isZero();
        JsonNode demo = new ObjectMapper().readTree(out.toString());
        assertThat(demo.get("verdict").asText()).isEqualTo("equal");
        assertThat(demo.at("/documents/source").asLong()).isGreaterThanOrEqualTo(3000);
        assertThat(demo.at("/documents/target").asLong())
                .isEqualTo(demo.at("/documents/source").asLong());
        assertThat(demo.at("/seconds/total").asDouble()).isPositive();
    }
}
