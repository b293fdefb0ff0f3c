package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateMarkTest {

    @TempDir
    private Path folder;

    @Test
    void isSeenWhereTheFolderIs() throws IOException {
        StateMark mark = StateMark.leave(folder.toUri().toString());

        assertThatCode(mark::prove).doesNotThrowAnyException();
    }

    @Test
    void isMissedWhereTheFolderIsNot() throws IOException {
        StateMark mark = StateMark.leave(folder.toUri().toString());
        Files.delete(folder.resolve(StateMark.FOLDER).resolve(mark.token() + ".json"));

        assertThatThrownBy(mark::prove)
                .isInstanceOf(StateNotSharedException.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void isMissedInAnOlderFolderOfTheSameName() throws IOException {
        StateMark mark = StateMark.leave(folder.toUri().toString());
        StateMark.leave(folder.toUri().toString());

        assertThatThrownBy(mark::prove).isInstanceOf(StateNotSharedException.class);
    }

    @Test
    void isNoReasonForFlinkToTryAgain() {
        assertThat(ThrowableClassifier.getThrowableType(new StateNotSharedException("elsewhere")))
                .isEqualTo(ThrowableType.NonRecoverableError);
    }
}
