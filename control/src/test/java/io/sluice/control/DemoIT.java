package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing a user runs, as a user runs it: through the script, on the class path that the build wrote. */
class DemoIT {

    @TempDir
    private Path folder;

    @Test
    void movesALiveSourceAndProvesIt() throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");

        Process demo = new ProcessBuilder("bin/sluice", "demo", "--docs", "3000", "--json")
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = demo.waitFor(10, TimeUnit.MINUTES);
        demo.destroy();

        assertThat(ended).as("%s", Files.readString(err)).isTrue();
        assertThat(demo.exitValue()).as("%s", Files.readString(err)).isZero();
        JsonNode document = new ObjectMapper().readTree(Files.readString(out));
        assertThat(document.get("verdict").asText()).isEqualTo("equal");
        assertThat(document.at("/documents/source").asLong()).isGreaterThanOrEqualTo(3000);
        assertThat(document.at("/documents/target").asLong())
                .isEqualTo(document.at("/documents/source").asLong());
        assertThat(document.at("/capture/documents").asLong())
                .isEqualTo(document.at("/documents/source").asLong());
        assertThat(document.at("/capture/reads").asLong())
                .isEqualTo(document.at("/requests/reads").asLong())
                .isPositive();
        assertThat(document.at("/requests/failed").asLong()).isZero();
        assertThat(document.at("/verify/verdict").asText()).isEqualTo("equal");
        assertThat(document.at("/replay/applied").asLong()).isPositive();
        assertThat(document.at("/replay/in_snapshot").asLong()).isPositive();
        for (String trouble : List.of("failed", "unknown", "held")) {
            assertThat(document.at("/replay/" + trouble).asLong()).as(trouble).isZero();
        }
        assertThat(document.at("/capture/problems")).isEmpty();
    }
}
