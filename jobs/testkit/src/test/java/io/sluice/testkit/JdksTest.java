package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdksTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"25.0.3,25", "17,17", "1.8.0_422,8", "21-ea,21"})
    void understandsEveryFormOfAVersion(String version, int feature) {
        assertThat(Jdks.feature(version)).contains(feature);
    }

    @Test
    void findsTheRunningOneAndThoseThatVariablesName() throws Exception {
        Path running = jdk("a", "17.0.1");
        Path named = jdk("b", "21.0.2");
        Path other = jdk("c", "25");
        Machine machine = new Machine(
                folder, running, Map.of("JAVA_HOME", named.toString(), "JAVA_HOME_25_X64", other.toString()), folder);

        assertThat(Jdks.installed(machine)).contains(new Jdk(running, 17), new Jdk(named, 21), new Jdk(other, 25));
    }

    @Test
    void ignoresAFolderWithoutAReleaseFileOrAnExecutable() throws Exception {
        Path noRelease = jdk("a", "17");
        Files.delete(noRelease.resolve("release"));
        Path noJava = jdk("b", "17");
        Files.delete(noJava.resolve("bin/java"));

        assertThat(Jdks.at(noRelease)).isEmpty();
        assertThat(Jdks.at(noJava)).isEmpty();
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.createFile(
                home.resolve("bin/java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
