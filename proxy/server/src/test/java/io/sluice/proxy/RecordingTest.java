package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.CaptureConfig;
import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a proxy tells others of itself. */
class RecordingTest {

    @TempDir
    private Path folder;

    @Test
    void othersAreToldThePortThatWasTakenNotTheOneThatWasAskedFor() throws Exception {
        assertThat(advertised("admin: \"127.0.0.1:0\"")).isEqualTo("127.0.0.1:4711");
        assertThat(advertised("admin: \"127.0.0.1:0\", admin_advertised: \"proxy-1:9299\""))
                .isEqualTo("proxy-1:9299");
    }

    private String advertised(String admin) throws Exception {
        Path file = folder.resolve("migration.yaml");
        Files.writeString(file, """
                name: books
                source: {endpoint: "http://localhost:9200"}
                capture: {brokers: "localhost:9092"}
                proxy: {listen: "127.0.0.1:0", %s}
                """.formatted(admin));
        MigrationConfig config = ConfigurationFile.read(file, Map.of());
        CaptureConfig capture = Objects.requireNonNull(config.capture());
        return Recording.settings(config, capture, 4711).admin();
    }
}
