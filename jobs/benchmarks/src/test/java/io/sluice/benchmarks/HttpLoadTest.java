package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpLoadTest {

    @TempDir
    private Path folder;

    private Path log(String... lines) throws IOException {
        return Files.write(folder.resolve("log.tsv"), List.of(lines));
    }

    @Test
    void ordersWhatRequestsTookWhateverTheOrderTheyEndedIn() throws IOException {
        HttpLoad.Result result = HttpLoad.read(
                log("1796007325000000\t201\t9000", "1796007325500000\t200\t1000", "1796007326990000\t201\t10000"), "");

        assertThat(result.answered()).isEqualTo(3);
        assertThat(result.failed()).isZero();
        assertThat(result.milliseconds(0)).isEqualTo(1);
        assertThat(result.milliseconds(50)).isEqualTo(9);
        assertThat(result.milliseconds(99)).isEqualTo(10);
        assertThat(result.perSecond()).isEqualTo(1.5);
    }

    @Test
    void keepsRefusedRequestsOutOfTheFigures() throws IOException {
        HttpLoad.Result result = HttpLoad.read(log("1796007325000000\t502\t1", "1796007325500000\t200\t7000"), "");

        assertThat(result.answered()).isEqualTo(1);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.milliseconds(0)).isEqualTo(7);
    }

    @Test
    void measuresNothingWhereNothingWasAnswered() throws IOException {
        Path nothing = log("1796007325000000\t-1\t20");

        assertThatThrownBy(() -> HttpLoad.read(nothing, "http://127.0.0.1:1/: refused"))
                .isInstanceOf(IOException.class)
                .hasMessage("h2load got no good answer from http://127.0.0.1:1/: refused");
    }
}
