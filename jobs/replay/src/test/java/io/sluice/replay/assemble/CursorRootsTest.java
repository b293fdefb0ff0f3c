package io.sluice.replay.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Cursor.Kind;
import io.sluice.replay.rewrite.Cursor.Role;
import io.sluice.replay.rewrite.Step;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CursorRootsTest {

    private static final long SECOND = 1_000_000_000;

    private final CursorRoots roots = new CursorRoots();

    private static Step.Read read(Role role, @Nullable String id, @Nullable String given) {
        UUID root = id == null ? null : Cursor.digest(id);
        UUID answered = given == null ? null : Cursor.digest(given);
        Cursor cursor = new Cursor(Kind.SCROLL, role, root, answered, -1, 60_000, Matter.ALL, "");
        ReadAnswer answer = new ReadAnswer(200, ByteString.EMPTY);
        return new Step.Read(0, "POST", "/", null, ByteString.EMPTY, answer, 1, cursor);
    }

    private @Nullable UUID root(Role role, @Nullable String id, @Nullable String given, long second) {
        Cursor cursor = roots.resolved(read(role, id, given), second * SECOND).cursor();
        return cursor == null ? null : cursor.root();
    }

    @Test
    void theFirstIdIsTheRootOfAllThatComeAfterIt() {
        UUID first = Cursor.digest("a");
        assertThat(root(Role.OPENS, "a", null, 1)).isEqualTo(first);
        assertThat(root(Role.GOES_ON, "a", "a", 2)).isEqualTo(first);
        assertThat(roots.size()).as("nothing is kept of what does not change").isZero();
        assertThat(root(Role.GOES_ON, "a", "b", 3)).isEqualTo(first);
        assertThat(root(Role.GOES_ON, "b", "c", 4)).isEqualTo(first);
        assertThat(root(Role.GOES_ON, "b", "c", 5)).as("asked once more").isEqualTo(first);
        assertThat(root(Role.CLOSES, "c", null, 6)).isEqualTo(first);
        assertThat(root(Role.GOES_ON, "x", "y", 7)).isEqualTo(Cursor.digest("x"));
        assertThat(root(Role.OPENS, null, null, 8)).isNull();
    }

    @Test
    void whatTheSourceHasForgottenIsForgotten() {
        root(Role.GOES_ON, "a", "b", 0);
        assertThat(root(Role.GOES_ON, "b", "b", 50)).as("kept anew").isEqualTo(Cursor.digest("a"));
        assertThat(root(Role.GOES_ON, "b", "b", 109)).isEqualTo(Cursor.digest("a"));
        assertThat(root(Role.GOES_ON, "b", "b", 170)).isEqualTo(Cursor.digest("b"));
        assertThat(roots.size()).isZero();
    }

    @Test
    void theNewestAreKept() {
        for (int i = 0; i <= CursorRoots.MOST; i++) {
            root(Role.GOES_ON, "a" + i, "b" + i, 0);
        }
        assertThat(roots.size()).isEqualTo(CursorRoots.MOST);
        assertThat(root(Role.GOES_ON, "b0", null, 1)).isEqualTo(Cursor.digest("b0"));
        assertThat(root(Role.GOES_ON, "b1", null, 1)).isEqualTo(Cursor.digest("a1"));
    }
}
