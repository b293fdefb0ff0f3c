package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrdinaryUserTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void onlyRootCanBecomeAnother() {
        assumeThat(Machine.isRoot()).as("runs as root").isTrue();
        assumeThat(OrdinaryUser.obstacle()).isEmpty();
    }

    @Test
    void runsAProgramThatWritesIntoItsFolder() throws Exception {
        Path own = Files.createDirectories(folder.resolve("own/deeper"));
        OrdinaryUser.own(folder);
        Path log = folder.resolve("log");

        try (ChildProcess child = ChildProcess.start(
                OrdinaryUser.command(List.of("sh", "-c", "id -u; id -g; echo x >" + own.resolve("written"))),
                Map.of(),
                folder,
                log)) {
            assertThat(child.waitFor(Duration.ofSeconds(20))).contains(0);
        }

        assertThat(Files.readAllLines(log))
                .containsExactly(String.valueOf(OrdinaryUser.ID), String.valueOf(OrdinaryUser.ID));
        assertThat(Files.getAttribute(own.resolve("written"), "unix:uid")).isEqualTo(OrdinaryUser.ID);
    }
}
