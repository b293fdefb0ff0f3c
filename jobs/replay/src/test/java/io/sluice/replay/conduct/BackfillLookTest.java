package io.sluice.replay.conduct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.replay.Rewriting;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.mark.SnapshotRecord.HeldIndex;
import io.sluice.replay.rewrite.Rewritten;
import io.sluice.replay.rewrite.Scope;
import io.sluice.state.StateFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    private void snapshotOfBooks(String snapshot) throws Exception {
        List<HeldIndex> indices = List.of(new HeldIndex("books", "uuid-1", 0, List.of(0)));
        files.write("snapshot.json", begun().taken(snapshot, indices, List.of()).toJson());
    }

    @Test
    void whatCameOfAnEarlierSnapshotCompletesNothing() throws Exception {
        snapshotOfBooks("one");
        files.write("complete/uuid-1.json", new ObjectMapper().readTree("{\"snapshot\":{\"uuid\":\"one\"}}"));
        assertThat(look.look()).isEqualTo(OpenBackfills.NONE);

        snapshotOfBooks("two");
        assertThat(look.look().indices()).containsExactly("new-books");
        files.write("complete/uuid-1.json", new ObjectMapper().readTree("{\"snapshot\":{\"uuid\":\"two\"}}"));
        assertThat(look.look()).isEqualTo(OpenBackfills.NONE);
    }

    @Test
    void anIndexThatWasCompleteIsOpenAgainWhenABackfillBeginsAnewWithIt() throws Exception {
        snapshotOfBooks("one");
        files.write("complete/uuid-1.json", JsonNodeFactory.instance.objectNode());
        assertThat(look.look()).isEqualTo(OpenBackfills.NONE);

        files.clear("complete/uuid-1.json");
        backfillSays("{\"state\": \"running\", \"indices\": [{\"name\": \"books\"}]}");

        assertThat(look.look().indices()).containsExactly("new-books");
    }

    private void snapshotOfBooksAndFilms() throws Exception {
        List<HeldIndex> indices = List.of(
                new HeldIndex("books", "uuid-1", 0, List.of(0)), new HeldIndex("films", "uuid-2", 0, List.of(0)));
        files.write("snapshot.json", begun().taken("uuid", indices, List.of()).toJson());
    }

    private void backfillSays(String status) throws Exception {
        files.write("status/backfill.json", new ObjectMapper().readTree(status));
    }

    @Test
    void aBackfillThatIsOverHasFailedForEachIndexThatItDidNotComplete() throws Exception {
        snapshotOfBooksAndFilms();
        files.write("complete/uuid-2.json", JsonNodeFactory.instance.objectNode());
        backfillSays(
                "{\"state\": \"finished\", \"indices\": [{\"name\": \"books\", \"problem\": \"a blob is damaged\"}]}");

        assertThat(look.look().failed()).isEqualTo(Map.of("new-books", "a blob is damaged"));
        assertThat(look.look().remedy("new-books")).contains("a blob is damaged", "sluice backfill start");

        backfillSays("{\"state\": \"failed\", \"reason\": \"%s\"}".formatted("no disk".repeat(100)));
        assertThat(look.look().failed().get("new-books")).startsWith("no disk").hasSizeLessThan(310);
    }

    @Test
    void aBackfillThatGoesOnOrMayGoOnHasNotFailed() throws Exception {
        snapshotOfBooksAndFilms();

        assertThat(look.look().remedy("new-books")).contains("not started", "sluice backfill start");
        backfillSays("{\"state\": \"stopped\"}");
        assertThat(look.look().failed()).isEmpty();
        assertThat(look.look().describe(Scope.of(Set.of("new-films"))))
                .isEqualTo("the backfill of new-films, which is stopped: sluice backfill start");
        backfillSays("{\"state\": \"running\"}");
        assertThat(look.look().failed()).isEmpty();
        assertThat(look.look().describe(Scope.of(Set.of("new-films")))).isEqualTo("the backfill of new-films");
    }

    @Test
    void whatTheSourceHasDeletedIsNotWaitedForUnlessABackfillMayBeAtIt() throws Exception {
        snapshotOfBooksAndFilms();
        files.write("gone/uuid-1.json", JsonNodeFactory.instance.objectNode());

        backfillSays("{\"state\": \"failed\"}");
        assertThat(look.look().indices()).containsExactly("new-films");
        backfillSays("{\"state\": \"starting\"}");
        assertThat(look.look().indices()).contains("new-books");
        backfillSays("{\"state\": \"running\", \"indices\": [{\"name\": \"books\"}, {\"name\": \"films\"}]}");
        assertThat(look.look().indices()).contains("new-books");
        backfillSays("{\"state\": \"running\", \"indices\": [{\"name\": \"films\"}]}");
        assertThat(look.look().indices()).containsExactly("new-films");
    }
}
