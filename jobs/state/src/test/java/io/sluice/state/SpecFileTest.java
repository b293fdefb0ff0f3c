package io.sluice.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecFileTest {

    private record Spec(String name, List<Integer> numbers) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    @TempDir
    private Path folder;

    @Test
    void itsOwnerAloneReadsItAndItIsGoneAfterwards() throws Exception {
        Spec spec = new Spec("books", List.of(1, 2));

        String path = SpecFile.write(folder.toUri().toString(), "replay", spec);

        Path file = folder.resolve("submit").resolve(Path.of(path).getFileName().toString());
        assertThat(file.getFileName().toString()).startsWith("replay-");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(SpecFile.read(new String[] {path}, Spec.class)).isEqualTo(spec);
        SpecFile.delete(path);
        assertThat(file).doesNotExist();
    }

    @Test
    void whatIsNoSpecificationOfTheJobIsRefused() throws Exception {
        String path = SpecFile.write(folder.toUri().toString(), "replay", "another");

        assertThatThrownBy(() -> SpecFile.read(new String[] {path}, Spec.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a Spec")
                .hasMessageContaining("found a String");
        assertThatThrownBy(() -> SpecFile.read(new String[0], Spec.class)).hasMessageContaining("found 0 arguments");
    }
}
