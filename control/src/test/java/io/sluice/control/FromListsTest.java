package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.state.StateDirectory;
import io.sluice.verify.Listed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FromListsTest {

    @TempDir
    private Path folder;

    private StateDirectory state;

    @BeforeEach
    void makeState() throws Exception {
        state = StateDirectory.of(folder.toString(), "books");
    }

    private void status(String job, String json) throws IOException {
        Path file = state.root().resolve("status").resolve(job + ".json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    private static ObjectNode equal() {
        return JsonNodeFactory.instance.objectNode().put("verdict", "equal");
    }

    @Test
    void nothingWhereAllIsSure() throws Exception {
        status("backfill", """
                {"number": 1, "failed_shards": [], "indices": [{"name": "a", "target": "a", "complete": true}]}
                """);
        status("replay", """
                {"number": 1, "failed_backfills": {}, "not_captured": {"by_hand": {}},
                 "exchanges": {"failed": 0, "unknown": 0, "gaps": 0, "started_in_the_middle": 3}}
                """);

        FromLists lists = FromLists.read(state, true);

        assertThat(lists.isNothingNamed()).isTrue();
        assertThat(lists.isWhole()).isTrue();
        ObjectNode report = equal();
        lists.putInto(report, Set.of());
        assertThat(report.path("verdict").asText()).isEqualTo("equal");
    }

    @Test
    void indicesThatTheBackfillHasNotCarriedWholeAreCompared() throws Exception {
        status("backfill", """
                {"number": 1,
                 "failed_shards": [{"index": "a", "shard": 0, "reason": "cut", "suspect": [{"segment": "_0", "documents": 3}]},
                                   {"index": "torn", "shard": 1, "reason": "checksum", "suspect": []}],
                 "indices": [{"name": "a", "target": "b", "complete": false}, {"name": "whole", "target": "whole", "complete": true},
                             {"name": "given_up", "targets": {"x": "given_x", "y": "given_y"}, "complete": false, "problem": "no"}]}
                """);

        FromLists lists = FromLists.read(state, true);

        assertThat(lists.listed())
                .isEqualTo(new Listed(Map.of(), Set.of("a", "b", "torn", "given_up", "given_x", "given_y")));
        assertThat(lists.isWhole()).isTrue();
    }

    @Test
    void whatTheReplayLacksIsComparedOrNamedAsNotCompared() throws Exception {
        status("replay", """
                {"number": 1, "failed_backfills": {"torn": "checksum"},
                 "not_captured": {"by_hand": {"restored": "was made anew"}, "closing": {"busy": 7}, "unclosed": {"shut": "index_closed"}},
                 "exchanges": {"failed": 2, "unknown": 1, "gaps": 3, "malformed": 1, "compromised": 2, "late": 4, "order_uncertain": 5,
                               "kept_deletes_failed": 6, "compared_different": 9}}
                """);

        FromLists lists = FromLists.read(state, false);

        assertThat(lists.listed()).isEqualTo(new Listed(Map.of(), Set.of("torn", "restored", "busy", "shut")));
        assertThat(lists.unlisted()).isEqualTo(3);
        assertThat(lists.rules())
                .isEqualTo(new TreeMap<>(Map.of(
                        "gaps",
                        3L,
                        "malformed",
                        1L,
                        "compromised",
                        2L,
                        "late",
                        4L,
                        "order_uncertain",
                        5L,
                        "kept_deletes_failed",
                        6L)));
        ObjectNode report = equal();
        lists.putInto(report, Set.of());
        assertThat(report.path("verdict").asText()).isEqualTo("incomplete");
        assertThat(report.at("/lists_not_compared/1").toString()).isEqualTo("{\"rule\":\"gaps\",\"count\":3}");
    }

    @Test
    void aSnapshotThatNobodyHasCarriedIsNotEqual() throws Exception {
        FromLists lists = FromLists.read(state, true);

        assertThat(lists.isNothingNamed()).isTrue();
        assertThat(lists.rules()).isEqualTo(new TreeMap<>(Map.of("backfill_not_started", 1L)));
        ObjectNode report = equal();
        lists.putInto(report, Set.of());
        assertThat(report.path("verdict").asText()).isEqualTo("incomplete");
    }
}
