package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.state.StateDirectory;
import io.sluice.verify.Listed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListedDocumentsTest {

    @TempDir
    private Path folder;

    private StateDirectory state;

    @BeforeEach
    void makeState() throws Exception {
        state = StateDirectory.of(folder.toString(), "books");
    }

    private void failures(String name, String lines) throws IOException {
        Path file = state.root().resolve("failures/backfill").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, lines);
    }

    /** Each a member of one file, as blocks are. */
    private void outcomes(String name, String... blocks) throws IOException {
        Path file = state.root().resolve("outcomes/replay/2026-11-30").resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            for (String block : blocks) {
                GZIPOutputStream member = new GZIPOutputStream(out);
                member.write(block.getBytes(StandardCharsets.UTF_8));
                member.finish();
            }
        }
    }

    @Test
    void documentsOfFailureFilesAndOfOutcomesThatAreNotSure() throws Exception {
        failures("failed-1.ndjson", """
                {"index":"books","target":"library","document":7,"action":{"index":{"_id":"1","routing":"r","version":3}}}
                {"index":"books","target":"library","document":8,"action":{"delete":{"_id":"2","version":4}}}
                """);
        failures("failed-2.ndjson.redriven", "{\"target\":\"gone\",\"action\":{\"index\":{\"_id\":\"9\"}}}\n");
        outcomes("outcomes-1.ndjson.gz", """
                {"verdict":"failed","index":"books","lacks":[{"item":0,"index":"library","id":"3","reason":"400"}]}
                {"verdict":"applied","rule":"asked","index":"other"}
                """, """
                {"verdict":"unknown","items":{"applied":7,"unknown":1,"failed":1},
                 "lacks":[{"item":1,"index":"notes","id":"4"},{"item":5,"index":"library","id":"5"}]}
                """.replace("\n ", " "));
        outcomes(".outcomes-2.ndjson.gz", "{\"verdict\":\"failed\",\"index\":\"unfinished\"}\n");

        ListedDocuments lists = ListedDocuments.read(state);

        assertThat(lists.listed())
                .isEqualTo(new Listed(Map.of("library", Set.of("1", "2", "3", "5"), "notes", Set.of("4")), Set.of()));
        assertThat(lists.unnamed()).isZero();
    }

    @Test
    void indicesWhereLinesDoNotNameAllOfTheirDocuments() throws Exception {
        outcomes("outcomes-1.ndjson.gz", """
                {"verdict":"failed","index":"books","lacks":[{"item":0,"index":"books","id":"3"}]}
                {"verdict":"failed","index":"books","items":{"failed":2},"lacks":[{"item":0,"index":"books","id":"4"}]}
                {"verdict":"unknown","index":"a*,b","rule":"by_query"}
                {"verdict":"unknown","lacks":[{"item":0,"index":"swept"}]}
                {"verdict":"failed","items":{"failed":11},"lacks":[{"item":0,"index":"c","id":"1"}]}
                """);

        ListedDocuments lists = ListedDocuments.read(state);

        assertThat(lists.listed()).isEqualTo(new Listed(Map.of("c", Set.of("1")), Set.of("books", "a*", "b", "swept")));
        assertThat(lists.unnamed()).isEqualTo(1);
    }

    @Test
    void aListOfNamesThatWasCutLacksAtLeastOne() throws Exception {
        String cut = "books," + "x".repeat(194);
        outcomes("outcomes-1.ndjson.gz", "{\"verdict\":\"unknown\",\"index\":\"%s\"}\n".formatted(cut));

        ListedDocuments lists = ListedDocuments.read(state);

        assertThat(lists.listed()).isEqualTo(new Listed(Map.of(), Set.of("books")));
        assertThat(lists.unnamed()).isEqualTo(1);
    }
}
