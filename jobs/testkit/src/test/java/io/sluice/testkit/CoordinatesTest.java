package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CoordinatesTest {

    @Test
    void lieWhereMavenPutsThem() {
        Path repository = Path.of("/repository");

        assertThat(Coordinates.of("org.example.a:b:1.0").in(repository))
                .isEqualTo(Path.of("/repository/org/example/a/b/1.0/b-1.0.jar"));
        assertThat(Coordinates.of("g:b:1.0:jar:all").in(repository))
                .isEqualTo(Path.of("/repository/g/b/1.0/b-1.0-all.jar"));
        assertThat(Coordinates.of("g:b:1.0:zip").in(repository)).isEqualTo(Path.of("/repository/g/b/1.0/b-1.0.zip"));
    }

    @Test
    void needAVersion() {
        assertThatThrownBy(() -> Coordinates.of("g:b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("group:artifact:version")
                .hasMessageContaining("g:b");
    }

    @Test
    void ofFlinksProcessesAreReadFromTheListOfTheBuild() throws Exception {
        String list = "The following files have been resolved:\n"
                + "   org.apache.flink:flink-core:jar:2.3.0:provided -- module flink.core (auto)\n"
                + "   io.netty:epoll:jar:linux-x86_64:4.2:compile\n\n";

        assertThat(ProcessLibrary.parse(list))
                .containsExactly(
                        Coordinates.of("org.apache.flink:flink-core:2.3.0"),
                        Coordinates.of("io.netty:epoll:4.2:jar:linux-x86_64"));
        assertThat(ProcessLibrary.FLINK.coordinates())
                .extracting(Coordinates::artifact)
                .contains("flink-runtime", "flink-runtime-web", "flink-connector-base", "log4j-slf4j-impl", "slf4j-api")
                .doesNotContain("netty-codec-http", "jackson-databind", "assertj-core");
    }
}
