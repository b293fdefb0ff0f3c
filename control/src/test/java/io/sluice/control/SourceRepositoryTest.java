package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.ConfigurationFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRepositoryTest {

    @TempDir
    private Path folder;

    private SourceRepository of(String snapshot) throws Exception {
        Path file = folder.resolve("migration.yaml");
        Files.writeString(file, "{name: books, snapshot: {name: s, " + snapshot + "}}");
        return SourceRepository.of(ConfigurationFile.read(file, Map.of()));
    }

    @Test
    void aBucketIsRegisteredAsTheSourcesPluginTakesIt() throws Exception {
        SourceRepository minio =
                of("repository: {s3: {bucket: snaps, prefix: /a/b/, region: r, endpoint: \"http://minio:9000\"}}");
        SourceRepository amazon = of("repository: {s3: {bucket: snaps}}");

        assertThat(minio)
                .isEqualTo(new SourceRepository(
                        "sluice-books",
                        "s3",
                        Map.of(
                                "bucket", "snaps",
                                "base_path", "a/b",
                                "region", "r",
                                "endpoint", "http://minio:9000",
                                "path_style_access", "true")));
        assertThat(amazon.settings()).isEqualTo(Map.of("bucket", "snaps"));
    }

    @Test
    void furtherSettingsWin() throws Exception {
        SourceRepository folder =
                of("repository: {fs: /here}, registered_as: own, settings: {location: /there, compress: true}");

        assertThat(folder)
                .isEqualTo(new SourceRepository("own", "fs", Map.of("location", "/there", "compress", "true")));
    }

    @Test
    void whatCanOnlyBeReadIsRefused() {
        assertThatThrownBy(() -> of("repository: {url: \"https://repo/snaps\"}"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("can only be read");
    }
}
