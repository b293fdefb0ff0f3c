package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.state.NumberedFile;
import io.sluice.control.state.StateDirectory;
import io.sluice.replay.names.NameEffects;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EverNamesTest {

    @TempDir
    private Path folder;

    @Test
    void whatANameDidOnceCountsWhenItDoesNothingAnyMore() throws Exception {
        NumberedFile file = StateDirectory.of(folder.toString(), "books").names();
        Map<String, Set<String>> leads = Map.of("alias", Set.of("a"));
        NameEffects first = new NameEffects(Set.of("routed"), Set.of("piped"), leads);
        NameEffects second = new NameEffects(Set.of("late"), Set.of(), Map.of());

        assertThat(EverNames.with(file, first)).isEqualTo(first);
        assertThat(EverNames.with(file, second))
                .isEqualTo(new NameEffects(Set.of("routed", "late"), Set.of("piped"), Map.of()));
        assertThat(EverNames.with(file, NameEffects.NONE))
                .isEqualTo(new NameEffects(Set.of("routed", "late"), Set.of("piped"), Map.of()));
    }

    @Test
    void aFileIsWrittenOnlyWhereThereIsSomethingNew() throws Exception {
        NumberedFile file = StateDirectory.of(folder.toString(), "books").names();
        EverNames.with(file, NameEffects.NONE);
        assertThat(file.number()).isZero();

        EverNames.with(file, NameEffects.piped(Set.of("a")));
        EverNames.with(file, NameEffects.piped(Set.of("a")));

        assertThat(file.number()).isEqualTo(1);
    }
}
