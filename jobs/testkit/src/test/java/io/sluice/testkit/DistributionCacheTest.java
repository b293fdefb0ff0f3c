package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionCacheTest {

    private static final Coordinates ZIP = Coordinates.of("g:server:1.0:zip");
    private static final Coordinates JAR = Coordinates.of("g:module:1.0");

    @TempDir
    Path folder;

    private Path repository;

    @BeforeEach
    void prepare() {
        repository = folder.resolve("repository");
    }

    @Test
    void unpacksADistributionAndAddsItsModules() throws Exception {
        publishZip("server-1.0/bin/server", "server-1.0/config/server.yml");
        publish(JAR, "jar");
        ServerModule module = ServerModule.of("m", "g.M", List.of(JAR))
                .extending("other")
                .permitted("java.lang.RuntimePermission \"x\"");

        Path home = cache("/nowhere").home(distribution(module));

        assertThat(home.resolve("bin/server")).isExecutable();
        assertThat(home.resolve("config/server.yml")).exists();
        assertThat(home.resolve("modules/m/module-1.0.jar")).hasContent("jar");
        assertThat(home.resolve("modules/m/plugin-descriptor.properties"))
                .content()
                .contains("classname=g.M", "extended.plugins=other", "opensearch.version=1.0");
        assertThat(home.resolve("modules/m/plugin-security.policy"))
                .content()
                .contains("permission java.lang.RuntimePermission \"x\";");
    }

    @Test
    void neverShowsAHalfUnpackedFolder() throws Exception {
        publishZip("server-1.0/bin/server", "../../outside");
        DistributionCache cache = cache("/nowhere");

        assertThatThrownBy(() -> cache.home(distribution())).hasMessageContaining("outside of its folder");

        assertThat(cache.has(distribution())).isFalse();
        assertThat(folder.resolve("cache")).isDirectoryNotContaining(path -> Files.isDirectory(path));
    }

    @Test
    void putsAChangedRecipeIntoAnotherFolder() {
        Distribution more = distribution(ServerModule.of("m", "g.M", List.of(JAR)));

        assertThat(more.folderName()).isNotEqualTo(distribution().folderName());
        assertThat(distribution().folderName()).isEqualTo(distribution().folderName());
    }

    @Test
    void fetchesWhatIsMissingWithOneMaven() throws Exception {
        // A Maven that "fetches" by copying, and counts how often it is started.
        publishZip("server-1.0/bin/server");
        Path published = Files.move(ZIP.in(repository), folder.resolve("published.zip"));
        String maven = script("echo x >>%s\nmkdir -p %s\ncp %s %s\n"
                .formatted(folder.resolve("starts"), ZIP.in(repository).getParent(), published, ZIP.in(repository)));

        Path home = cache(maven).home(distribution());

        assertThat(home.resolve("bin/server")).exists();
        assertThat(folder.resolve("starts")).hasContent("x");
    }

    @Test
    void namesTheMissingFileAndWhatMavenSaid() throws Exception {
        String maven = script("echo Could not resolve it\nexit 1\n");

        assertThatThrownBy(() -> cache(maven).home(distribution()))
                .isInstanceOf(MissingArtefactException.class)
                .hasMessageContaining("g:server:1.0:zip")
                .hasMessageContaining("ended with 1")
                .hasMessageContaining("Could not resolve it");
    }

    @Test
    void saysWhatToDoWithoutMaven() {
        assertThatThrownBy(() -> cache("/nowhere").home(distribution()))
                .isInstanceOf(MissingArtefactException.class)
                .hasMessageContaining("no mvn found under MAVEN_HOME or on PATH")
                .hasMessageContaining(repository.toString());
    }

    private DistributionCache cache(String mavenHome) {
        Machine machine = new Machine(folder, folder, Map.of("MAVEN_HOME", mavenHome, "PATH", "/nowhere"), repository);
        return new DistributionCache(folder.resolve("cache"), machine);
    }

    private static Distribution distribution(ServerModule... modules) {
        return new Distribution("x-1.0", Product.OPENSEARCH, "1.0", ZIP, List.of(modules), 17, 17, Map.of());
    }

    private void publish(Coordinates coordinates, String content) throws IOException {
        Path file = coordinates.in(repository);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void publishZip(String... entries) throws IOException {
        publish(ZIP, "");
        try (OutputStream file = Files.newOutputStream(ZIP.in(repository));
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write('x');
                zip.closeEntry();
            }
        }
    }

    private String script(String body) throws IOException {
        Path home = folder.resolve("maven");
        Path bin = Files.createDirectories(home.resolve("bin"));
        Path mvn = Files.createFile(
                bin.resolve("mvn"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(mvn, "#!/bin/sh\n" + body);
        return home.toString();
    }
}
