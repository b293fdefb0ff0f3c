package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SluiceTest {

    @TempDir
    private Path folder;

    private CommandRun run(String... arguments) {
        return CommandRun.in(folder).run(arguments);
    }

    @Test
    void listsCommandsAndExitCodesInItsHelp() {
        CommandRun help = run("--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .anyMatch(line -> line.startsWith("  clusters "))
                .contains("Exit codes:", "  3   done, but with failed items or differences")
                .noneMatch(line -> line.contains("\u001B"));
    }

    @Test
    void refusesAnUnknownCommandAndOffersANearOne() {
        CommandRun run = run("clustres");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains("clustres").endsWith("See sluice --help.");
    }

    @Test
    void refusesAnUnknownOptionWithADocumentForScripts() {
        CommandRun run = run("clusters", "check", "--jsn", "--json");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .singleElement()
                .asString()
                .startsWith("{\"error\":{\"message\":\"")
                .endsWith("\"exit_code\":2}}");
    }

    @Test
    void wantsACommand() {
        CommandRun run = run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).hasSize(1);
    }

    @Test
    void readsTheNamedConfigurationWhereverTheOptionStands() throws Exception {
        Files.writeString(folder.resolve("m.yaml"), "name: books\nxyz: 1\n");

        List<String> before = run("-c", "m.yaml", "clusters", "check").err();
        List<String> after = run("clusters", "check", "-c", "m.yaml").err();

        assertThat(before).singleElement().asString().contains("m.yaml:2: xyz: unknown key.");
        assertThat(after).isEqualTo(before);
    }

    @Test
    void saysThatThereIsNoConfiguration() {
        CommandRun run = run("clusters", "check");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .containsExactly(folder.resolve("migration.yaml")
                        + ": There is no such file. Name one with -c, or copy one of config/samples.");
    }
}
