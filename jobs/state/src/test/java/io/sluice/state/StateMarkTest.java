package io.sluice.state;

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
        StateMark mark = StateMark.leave(folder.toUri().toString(), "backfill");

        assertThatCode(mark::prove).doesNotThrowAnyException();
    }

    @Test
    void isMissedWhereTheFolderIsNot() throws IOException {
        StateMark mark = StateMark.leave(folder.toUri().toString(), "backfill");
        Files.delete(folder.resolve(StateMark.FOLDER).resolve("backfill").resolve(mark.token() + ".json"));

        assertThatThrownBy(mark::prove)
                .isInstanceOf(StateNotSharedException.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void isMissedInAnOlderFolderOfTheSameName() throws IOException {
        StateMark mark = StateMark.leave(folder.toUri().toString(), "backfill");
        StateMark.leave(folder.toUri().toString(), "backfill");

        assertThatThrownBy(mark::prove).isInstanceOf(StateNotSharedException.class);
    }

    @Test
    void isNoReasonForFlinkToTryAgain() {
        assertThat(ThrowableClassifier.getThrowableType(new StateNotSharedException("elsewhere")))
                .isEqualTo(ThrowableType.NonRecoverableError);
    }
}
