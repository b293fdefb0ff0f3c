package io.sluice.replay.conduct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.replay.Rewriting;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.replay.rewrite.Rewritten;
import io.sluice.state.StateFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillLookTest {

    /** Leaves out one index, and gives all others another name. */
    private static final class Renaming implements Rewriting.Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            return exchange -> new Rewritten("none", List.of(), List.of());
        }

        @Override
        public @Nullable String targetName(String sourceIndex) {
            return sourceIndex.equals("logs") ? null : "new-" + sourceIndex;
        }
    }

    @TempDir
    private Path folder;

    private StateFiles files = new StateFiles("unset");
    private BackfillLook look = new BackfillLook(files, new Renaming());

    @BeforeEach
    void open() {
        files = new StateFiles(folder.toUri().toString());
        look = new BackfillLook(files, new Renaming());
    }

    private static SnapshotRecord begun() {
        return SnapshotRecord.marked("backups", "first", List.of()).begun();
    }

    @Test
    void withoutASnapshotNothingIsToBeCarried() throws Exception {
        assertThat(look.look()).isEqualTo(OpenBackfills.NONE);
    }

    @Test
    void whileTheSnapshotIsTakenItMayHoldAnything() throws Exception {
        files.write("snapshot.json", begun().toJson());

        assertThat(look.look()).isEqualTo(OpenBackfills.UNKNOWN);
    }

    @Test
    void anIndexIsOpenUntilTheBackfillSaysThatItIsComplete() throws Exception {
        List<HeldIndex> indices = List.of(
                new HeldIndex("books", "uuid-1", 0, List.of(0)),
                new HeldIndex("films", "uuid-2", 0, List.of(0)),
                new HeldIndex("logs", "uuid-3", 0, List.of(0)));
        files.write("snapshot.json", begun().taken("uuid", indices, List.of()).toJson());
        assertThat(look.look()).isEqualTo(new OpenBackfills(false, Set.of("new-books", "new-films")));

        files.write("complete/uuid-1.json", JsonNodeFactory.instance.objectNode());

        assertThat(look.look()).isEqualTo(new OpenBackfills(false, Set.of("new-films")));
    }
}
